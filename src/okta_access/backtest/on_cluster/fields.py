"""Whether the indices hold what the rules read: before anything is counted.

Elasticsearch answers a question about a field that no index has, or that some index keeps as
analysed text, with an error in one language and with "nothing found" in another. So each rule's
fields are looked up first, and a rule that cannot be asked truly is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, FieldType
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import Forbidden, RequestFailed, RequestRefused
from okta_access.compile.elastic.fields import ElasticField, Fields
from okta_access.errors import EngineError, InputError, Refused
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, Rule, fields_read

_TARGETS = "okta.target"
_ENVELOPE = (PUBLISHED, UUID, EVENT_TYPE)
_NAMED = 8
_NOT_FOUND = 404
_KEYWORDS = frozenset({"keyword", "constant_keyword", "wildcard"})
_TYPES: Mapping[FieldType, frozenset[str]] = {
    FieldType.STRING: _KEYWORDS,
    FieldType.ENUM: _KEYWORDS,
    FieldType.IP: frozenset({"ip"}),
    FieldType.BOOLEAN: frozenset({"boolean"}),
}
_TIME = frozenset({"date"})
_HINT = "are these indices written by Elastic's Okta integration? see [elastic] index"


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields behind some index patterns: for each name its types, each with the indices.

    ``patterns`` are as the user gave them; the indices of a type are named where there are several
    types only, for then they matter.
    """

    patterns: tuple[str, ...]
    types: Mapping[str, Mapping[str, tuple[str, ...]]]

    def problem(self, rule: Rule, rules: RuleSet, fields: Fields) -> str | None:
        """Why a rule cannot be asked of these indices; None where it can."""
        for field in sorted(_read_by(rule, rules, fields), key=lambda field: field.name):
            problem = self._problem_of(field)
            if problem is not None:
                return problem
        return None

    def check_envelope(self, fields: Fields) -> None:
        """Make sure that every rule can be asked: times, uuids and types of events are there.

        Raises:
            EngineError: they are not.
        """
        for path in _ENVELOPE:
            problem = self._problem_of(fields.of(path))
            if problem is not None:
                raise EngineError(problem, hint=_HINT)

    def _problem_of(self, field: ElasticField) -> str | None:
        patterns = ", ".join(self.patterns)
        if field.name.startswith(f"{_TARGETS}.") and not field.flattened:
            # An index with the one beside others with the other answers for half of the events.
            old = self.types.get(_TARGETS, {}).get("flattened")
            if old is not None:
                where = f" in {_few(old)}" if old else ""
                return f'`{_TARGETS}` is flattened{where}; set targets = "flattened" in [elastic]'
        if field.flattened:
            return None
        types = self.types.get(field.name, {})
        if not types:
            return f"no index behind {patterns} has the field `{field.name}`"
        expected = _TIME if field.path == PUBLISHED else _TYPES[field.type]
        for type_, indices in sorted(types.items()):
            if type_ not in expected:
                where = _few(indices) if indices else patterns
                return (
                    f"`{field.name}` is of type {type_} in {where}, "
                    f"expected {' or '.join(sorted(expected))}"
                )
        return None


def look_up(cluster: Cluster, rules: RuleSet, fields: Fields) -> Layout:
    """The types of all fields that these rules read.

    Raises:
        InputError: no index is behind the patterns; the message names what there is.
        EngineError: the cluster cannot be asked.
    """
    patterns = fields.settings.index
    names = {fields.of(path).name for path in _ENVELOPE} | {_TARGETS}
    for rule in rules.all_rules:
        names |= {field.name for field in _read_by(rule, rules, fields)}
    try:
        told = cluster.field_types(patterns, sorted(names))
    except RequestRefused as error:
        if error.status != _NOT_FOUND:
            raise
        raise _no_index(cluster, error.reason) from error
    if not told["indices"]:
        raise _no_index(cluster, f"no index is behind {', '.join(patterns)}")
    return Layout(patterns, {name: _types(found) for name, found in told["fields"].items()})


def _types(found: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(one.get("indices") or ())
        for name, one in found.items()
        if name not in ("object", "unmapped")
    }


def _read_by(rule: Rule, rules: RuleSet, fields: Fields) -> set[ElasticField]:
    """The fields that a rule reads, without those that have no name in Elastic."""
    if isinstance(rule, Correlation):
        inside = (base.expr for base in rules.referenced(rule))
        paths = {*rule.fields, *fields_read(*inside)}
    else:
        paths = {*fields_read(rule.expr)}
    found: set[ElasticField] = set()
    for path in paths:
        try:
            found.add(fields.of(path))
        except Refused:
            continue  # then the compiler refuses the rule, and says why
    return found


def _no_index(cluster: Cluster, message: str) -> InputError:
    try:
        names = _names_of(cluster)
    except (Forbidden, RequestFailed):
        names = []
    likely = [name for name in names if "okta" in name]
    hint = "name the indices with --index, or set index in [elastic]"
    if names:
        hint = f"there are {_few(likely or names)}; {hint}"
    return InputError(message, hint=hint)


def _names_of(cluster: Cluster) -> list[str]:
    """The indices, aliases and data streams there are, as far as one may see them."""
    found = cluster.resolved("*")
    names = [one["name"] for kind in ("data_streams", "aliases", "indices") for one in found[kind]]
    return [name for name in names if not name.startswith(".")]


def _few(names: Iterable[str]) -> str:
    """Some names, and that there are more.

    >>> _few(["b", "a"]), _few(map(str, range(10)))
    ('a, b', '0, 1, 2, 3, 4, 5, 6, 7 and 2 more')
    """
    known = sorted(names)
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    return ", ".join(known[:_NAMED]) + more
