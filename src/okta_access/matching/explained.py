"""Verdicts as lines of text: the answer, the question, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.template import Event
from okta_access.catalog.times import time_text
from okta_access.errors import Span
from okta_access.matching.correlations.explain import Part
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.matching.events.evaluate import Explanation
from okta_access.reporting.printable import printable
from okta_access.rules.model import (
    And,
    Atom,
    Correlation,
    EventRule,
    Expr,
    Metadata,
    Not,
    Or,
    SameAs,
)
from okta_access.rules.words import asked, counted, quoted

_JOINTS: dict[type[Expr], str] = {And: "all of", Or: "any of", Not: "not"}


class Explainer:
    """Verdicts as lines of text; ``paint`` gives a text a colour by its name."""

    def __init__(self, paint: Callable[[str, str], str] = lambda text, _: text) -> None:
        self._paint = paint

    def title(self, name: str, meta: Metadata) -> Iterator[str]:
        """Which rule it is, and its file."""
        yield f"{name}  {printable(meta.title)}"
        yield printable(meta.file)

    def runbook(self, meta: Metadata) -> Iterator[str]:
        """What to do about an alert of the rule, where it says so."""
        for label, text in meta.runbook.lines if meta.runbook else ():
            yield f"  {label}: {printable(text)}"

    def event_rule(self, rule: EventRule, verdict: Explanation, indent: str = "") -> Iterator[str]:
        """The answer of a rule on an event, and of every part of it."""
        yield f"{indent}{self._answer('matches' if verdict.holds else 'does not match')}"
        yield f"{indent}  condition: {printable(' '.join(rule.condition.split()))}"
        yield from self._verdict(verdict, rule, indent + "  ")

    def correlation(self, rule: Correlation, part: Part) -> Iterator[str]:
        """What an event brings to a correlation."""
        missing = part.missing
        if missing is None:
            yield self._answer("counts") + f" towards {_aim(rule)}"
        else:
            yield self._answer("does not count") + f": {missing}"
        for key in part.keys:
            yield f"  group key {key}: {seen(key.texts)}"
        if part.counted is not None:
            yield f"  counted {part.counted[0]}: {seen(part.counted[1])}"
        yield f"  time: {time_text(part.time) if part.time is not None else 'cannot be read'}"
        for base, verdict in part.bases:
            yield f"  {base.name}"
            yield from self.event_rule(base, verdict, "    ")

    def firing(self, rule: Correlation, fires: Sequence[CorrelationAlert]) -> Iterator[str]:
        """Whether a correlation fires on the events of an alert."""
        if not fires:
            yield self._answer("does not fire") + f" on these events; it wants {_aim(rule)}"
            return
        last = fires[-1]
        yield self._answer("fires") + f": {_aim(rule)}{_here(rule, last)}"
        for path, text in last.group:
            yield f"  group {path}: {quoted(text)}"
        first = last.events[0].time
        yield (
            f"  window: {time_text(first)} to {time_text(last.time)}, "
            f"{_length(last.time - first)} of {rule.timespan.text}"
        )

    def member(
        self, place: str, event: Event, part: Part, group: Mapping[str, str], step: str = ""
    ) -> Iterator[str]:
        """One event of a correlation's alert: what it is, which ``step``, and what it matched.

        Of the group keys those are told that hold more, or less, than the alert's ``group``.
        """
        time = "no readable time" if part.time is None else time_text(part.time)
        kind = printable(event_type_of(event))
        yield f"{printable(place)}  {time}  {kind}  {printable(uuid_of(event) or 'no uuid')}"
        matched = [base.name for base, verdict in part.bases if verdict.holds]
        yield f"  {step}matches {', '.join(matched) or 'none of the rules it refers to'}"
        if part.missing is not None:
            yield f"  {self._answer('does not count')}: {part.missing}"
        for key in part.keys:
            if key.texts != (group.get(key.name),):
                yield f"  group key {key}: {seen(key.texts)}"
        if part.counted is not None:
            yield f"  counted {part.counted[0]}: {seen(part.counted[1])}"

    def _verdict(
        self,
        verdict: Explanation,
        rule: EventRule,
        indent: str,
        known: str | None = None,
    ) -> Iterator[str]:
        """A part and all below it. The field ``known`` was shown above with what it holds."""
        name = next((one.name for one in rule.selections if one.expr == verdict.expr), None)
        mark = self._mark(holds=verdict.holds)
        start = f"{indent}{mark}  {name + ': ' if name else ''}"
        if isinstance(verdict.expr, Atom):
            place = f"({_place(verdict.expr.span, rule)})"
            held = "" if verdict.expr.field == known else f"; {_held(verdict)}"
            yield f"{start}{verdict.expr.field} {asked(verdict.expr.test)}  {place}{held}"
            return
        field = _one_field(verdict)
        held = f"; {_held(verdict.parts[0])}" if field else ""
        yield f"{start}{_JOINTS[type(verdict.expr)]}{held}"
        for part in verdict.parts:
            yield from self._verdict(part, rule, indent + "  ", field)

    def _answer(self, text: str) -> str:
        negative = text.startswith("does not")
        return self._paint(text, "red" if negative else "green")

    def _mark(self, *, holds: bool) -> str:
        word, color = ("yes", "green") if holds else ("no ", "red")  # of one width
        return self._paint(word, color)


def _one_field(verdict: Explanation) -> str | None:
    """The field of all parts, where these are several plain questions to one field."""
    exprs = [part.expr for part in verdict.parts]
    plain = [e.field for e in exprs if isinstance(e, Atom) and not isinstance(e.test, SameAs)]
    alike = len(plain) == len(exprs) > 1 and len({*plain}) == 1
    return plain[0] if alike else None


def _held(verdict: Explanation) -> str:
    """What the fields of an atom hold."""
    atom = verdict.expr
    assert isinstance(atom, Atom)
    held = f"{atom.field} holds {seen(verdict.texts)}"
    if isinstance(atom.test, SameAs):
        held += f"; {atom.test.other} holds {seen(verdict.other_texts)}"
    return held


def _length(micros: int) -> str:
    """A length of time in whole seconds; what is shorter is a second."""
    return str(timedelta(seconds=-(-micros // 1_000_000)))


def _place(span: Span, rule: EventRule) -> str:
    """Where an atom is written; with the file where that is a filter's."""
    place = f"{span.line}:{span.column}"
    return place if span.file == rule.meta.file else f"{printable(span.file)}:{place}"


def _here(rule: Correlation, alert: CorrelationAlert) -> str:
    """How many there are, where there can be more than it wants."""
    return "" if rule.type.startswith("temporal") else f"; here {alert.value:,}"


def _aim(rule: Correlation) -> str:
    number = "all" if rule.type.startswith("temporal") else "at least"
    order = " in this order" if rule.type.endswith("ordered") else ""
    return f"{number} {rule.threshold} {counted(rule)}{order} within {rule.timespan.text}"


def seen(texts: tuple[str, ...]) -> str:
    """The texts a field holds, quoted, or the word nothing."""
    return ", ".join(map(quoted, texts)) or "nothing"
