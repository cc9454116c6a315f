"""The ``correlation:`` part of a document, read into the model (Sigma correlations 2.1)."""

from __future__ import annotations

import re

from okta_access.errors import Problem, Span
from okta_access.rules.model import (
    Alias,
    Correlation,
    CorrelationType,
    Metadata,
    Reference,
    Timespan,
)
from okta_access.rules.reading.source import Entry, Mapping, Node, Scalar, Sequence
from okta_access.rules.timespans import seconds_of

_KEYS = ("type", "rules", "group-by", "timespan", "condition", "generate", "aliases")
_ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)  # also a column's name in any product
_TEMPORAL = (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED)


def read_correlation(
    tree: Mapping, meta: Metadata | None
) -> tuple[Correlation | None, tuple[Problem, ...]]:
    """The correlation of a document, or None and what is wrong with it."""
    reader = _Reader(tree)
    correlation = reader.read(meta)
    problems = tuple(reader.problems)
    return (None if problems else correlation), problems


def references_of(tree: Node) -> tuple[Reference, ...]:
    """The rules that a document's correlation names, whatever else is wrong with it."""
    body = tree.get("correlation") if isinstance(tree, Mapping) else None
    node = body.get("rules") if isinstance(body, Mapping) else None
    items = node.items if isinstance(node, Sequence) else (node,)
    found = (one for one in items if isinstance(one, Scalar) and one.text)
    return tuple(Reference(one.text, one.span) for one in found)


class _Reader:
    def __init__(self, tree: Mapping) -> None:
        self.tree = tree
        self.problems: list[Problem] = []
        node = tree.get("correlation")
        self.body = node if isinstance(node, Mapping) else Mapping((), tree.key_span("correlation"))

    def read(self, meta: Metadata | None) -> Correlation | None:
        for entry in self.body.entries:
            if entry.name not in _KEYS:
                self._problem(
                    entry.key.span,
                    f"unknown key `{entry.name}` in a correlation",
                    f"known are {', '.join(_KEYS)}",
                )
        # The specification's text has it inside the correlation, its schema beside it.
        generate = self.body.get("generate") or self.tree.get("generate")
        if isinstance(generate, Scalar) and generate.value is True:
            self._problem(
                generate.span,
                "`generate` is not supported: a referenced rule raises "
                "alerts unless it lies in correlation/base/",
            )
        type_ = self._type()
        references = self._references()
        group_by = self._group_by()
        timespan = self._timespan()
        if type_ is None or timespan is None:
            return None
        aliases = self._aliases(references)
        threshold, value_field = self._condition(type_, len(references))
        if value_field in [alias.name for alias in aliases]:
            self._problem(
                self._place("condition"), "an alias is for `group-by`, and cannot be counted"
            )
        if type_ in _TEMPORAL and len(references) < 2:
            self._problem(self.body.key_span("rules"), f"{type_} needs at least two rules")
        if meta is None:
            return None
        return Correlation(
            meta, type_, references, group_by, timespan, threshold, value_field, aliases
        )

    def _type(self) -> CorrelationType | None:
        node = self.body.get("type")
        if isinstance(node, Scalar) and node.text in list(CorrelationType):
            return CorrelationType(node.text)
        self._problem(
            self._place("type"),
            "the correlation's `type` is missing or not supported",
            f"one of {', '.join(CorrelationType)}",
        )
        return None

    def _references(self) -> tuple[Reference, ...]:
        node = self.body.get("rules")
        items = node.items if isinstance(node, Sequence) else (node,) if node else ()
        found = tuple(
            Reference(item.text, item.span)
            for item in items
            if isinstance(item, Scalar) and item.text
        )
        if not found or len(found) < len(items):
            self._problem(self._place("rules"), "`rules` must name one rule or a list of rules")
        for index, reference in enumerate(found):
            if reference.rule in [earlier.rule for earlier in found[:index]]:
                self._problem(reference.span, f"`{reference.rule}` stands twice in `rules`")
        return found

    def _group_by(self) -> tuple[str, ...]:
        node = self.body.get("group-by")
        items: tuple[Node, ...] = ()
        if isinstance(node, Sequence):
            items = node.items
        elif node is not None:
            items = (node,)
        found = tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
        if len(found) < len(items) or len({*found}) < len(found):
            self._problem(self._place("group-by"), "`group-by` must be a list of different fields")
        return found

    def _aliases(self, references: tuple[Reference, ...]) -> tuple[Alias, ...]:
        node = self.body.get("aliases")
        if node is None:
            return ()
        if not isinstance(node, Mapping):
            self._problem(
                self._place("aliases"),
                "`aliases` must be a mapping",
                "aliases: {name: {rule: field}}",
            )
            return ()
        return tuple(self._alias(entry, references) for entry in node.entries)

    def _alias(self, entry: Entry, references: tuple[Reference, ...]) -> Alias:
        if not _ALIAS.fullmatch(entry.name):
            self._problem(
                entry.key.span,
                f"`{entry.name}` is no name of an alias",
                "a letter, then letters, digits and `_`",
            )
        known = [reference.rule for reference in references]
        fields: dict[str, str] = {}
        for one in entry.value.entries if isinstance(entry.value, Mapping) else ():
            if one.name not in known:
                self._problem(
                    one.key.span,
                    f"the alias `{entry.name}` names `{one.name}`, which is not among `rules`",
                )
            if isinstance(one.value, Scalar) and one.value.text:
                fields[one.name] = one.value.text
        missing = [rule for rule in known if rule not in fields]
        if missing:
            self._problem(
                entry.key.span,
                f"the alias `{entry.name}` names no field of `{missing[0]}`",
                "a field for each of `rules`",
            )
        return Alias(entry.name, tuple((rule, fields.get(rule, "")) for rule in known))

    def _timespan(self) -> Timespan | None:
        node = self.body.get("timespan")
        text = node.text if isinstance(node, Scalar) else ""
        seconds = seconds_of(text)
        if seconds is None:
            what = f"is `{text}`" if text else "is missing"
            self._problem(
                self._place("timespan"),
                f"`timespan` {what}",
                "a whole number and s, m, h, d or w, for example 24h",
            )
            return None
        return Timespan(text, seconds)

    def _condition(self, type_: CorrelationType, rules: int) -> tuple[int, str | None]:
        node = self.body.get("condition")
        if type_ in _TEMPORAL:
            if node is not None:
                self._problem(
                    self._place("condition"),
                    f"{type_} takes no condition: it fires when every referenced rule matched",
                )
            return rules, None
        if not isinstance(node, Mapping):
            self._problem(
                self._place("condition"),
                "`condition` is missing or no mapping",
                "for example condition: {gte: 10}",
            )
            return 1, None
        return self._threshold(node), self._value_field(type_, node)

    def _threshold(self, node: Mapping) -> int:
        bounds = [entry for entry in node.entries if entry.name != "field"]
        if len(bounds) != 1 or bounds[0].name not in ("gte", "gt"):
            self._problem(
                node.span,
                "the condition must have exactly one of gte and gt: "
                "other comparisons cannot be judged while events still arrive",
            )
            return 1
        value = bounds[0].value
        number = value.value if isinstance(value, Scalar) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            self._problem(value.span, f"`{bounds[0].name}` must be a whole number from 1")
            return 1
        return number + (bounds[0].name == "gt")

    def _value_field(self, type_: CorrelationType, node: Mapping) -> str | None:
        field = node.get("field")
        if type_ is CorrelationType.EVENT_COUNT:
            if field is not None:
                self._problem(
                    field.span, "event_count counts events; `field` belongs to value_count"
                )
            return None
        if isinstance(field, Scalar) and field.text:
            return field.text
        self._problem(node.span, "value_count needs `field`: the field whose values are counted")
        return None

    def _place(self, key: str) -> Span:
        node = self.body.get(key)
        return node.span if isinstance(node, Scalar) else self.body.key_span(key)

    def _problem(self, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(span, "OA110", message, hint))
