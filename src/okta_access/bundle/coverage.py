"""The matrix rules × event types × fields × ATT&CK, and what is missing in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from okta_access.catalog.attack import load_attack
from okta_access.catalog.decisions import Decision, DecisionKind, load_decisions
from okta_access.catalog.model import Catalog
from okta_access.catalog.outcomes import OUTCOME
from okta_access.compile.native import FirstSeen, native_rules
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import (
    And,
    Atom,
    Correlation,
    EventRule,
    Level,
    Metadata,
    Pattern,
    Rule,
    fields_read,
)
from okta_access.rules.solver.event_types import event_types
from okta_access.rules.solver.satisfy import Undecided, satisfiable

_TECHNIQUE = "attack.t"
_SUCCESS = "SUCCESS"


class Kind(StrEnum):
    """What a rule is for.

    Audit rules see every event of a type, bases only feed correlations, native rules exist in the
    SIEMs alone.
    """

    AUDIT = "audit"
    DETECTION = "detection"
    CORRELATION = "correlation"
    BASE = "base"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: the event types it can hold for, the fields it reads, and what it tags.

    ``on_success`` says that it may hold where all went well: a rule of health does not.
    """

    rule: str
    title: str
    kind: Kind
    level: Level
    event_types: tuple[str, ...]
    fields: tuple[str, ...]
    techniques: tuple[str, ...]
    on_success: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no rule covers: ``about`` is an event type, a field or a technique."""

    about: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """All rows by rule name, and the gaps."""

    rows: tuple[Row, ...]
    gaps: tuple[Gap, ...]

    def of_type(self, event_type: str, kind: Kind) -> tuple[Row, ...]:
        """The rules of a kind that can hold for an event type."""
        return tuple(r for r in self.rows if r.kind is kind and event_type in r.event_types)

    def of_field(self, path: str) -> tuple[Row, ...]:
        """The rules that read a field."""
        return tuple(row for row in self.rows if path in row.fields)

    def techniques(self) -> dict[str, tuple[Row, ...]]:
        """The tagged techniques by id, each with its rules."""
        ids = sorted({id_ for row in self.rows for id_ in row.techniques})
        return {id_: tuple(row for row in self.rows if id_ in row.techniques) for id_ in ids}


def coverage(rules: RuleSet, catalog: Catalog) -> Coverage:
    """What these rules cover of the catalogue and of ATT&CK."""
    rows = (
        *(_row(rule, rules, catalog) for rule in rules.all_rules),
        *(_native_row(native, base, catalog) for native, base in native_rules(rules)),
    )
    return Coverage(rows, tuple(_gaps(rows, catalog)))


def matrix(found: Coverage, catalog: Catalog) -> dict[str, object]:
    """The whole matrix as plain values, fit to be written as JSON."""
    decisions = load_decisions()
    return {
        "rules": [
            {
                "rule": row.rule,
                "title": row.title,
                "kind": row.kind,
                "level": row.level,
                "event_types": list(row.event_types),
                "fields": list(row.fields),
                "techniques": list(row.techniques),
            }
            for row in found.rows
        ],
        "event_types": {
            name: {
                **{
                    kind.value: [row.rule for row in found.of_type(name, kind)]
                    for kind in (Kind.AUDIT, Kind.DETECTION, Kind.CORRELATION, Kind.NATIVE)
                },
                "decision": decisions[name].kind if name in decisions else None,
                "reason": decisions[name].reason if name in decisions else None,
            }
            for name in catalog.events
        },
        "fields": {path: [r.rule for r in found.of_field(path)] for path in catalog.fields},
        "techniques": {id_: [row.rule for row in rows] for id_, rows in found.techniques().items()},
        "gaps": [{"about": g.about, "what": g.what, "reason": g.reason} for g in found.gaps],
    }


def decided_kind(event_type: str, rows: Iterable[Row], catalog: Catalog) -> DecisionKind:
    """What alerts the rules make of an event type. Rules on all types alike are not counted."""
    mine = [
        row
        for row in rows
        if row.kind in (Kind.DETECTION, Kind.CORRELATION)
        and row.level is not Level.INFORMATIONAL
        and event_type in row.event_types
        and len(row.event_types) < len(catalog.events)
    ]
    if any(row.on_success for row in mine):
        return DecisionKind.DETECTION
    return DecisionKind.HEALTH if mine else DecisionKind.AUDIT


def _row(rule: Rule, rules: RuleSet, catalog: Catalog) -> Row:
    bases = rules.referenced(rule) if isinstance(rule, Correlation) else (rule,)
    fields = rule.fields if isinstance(rule, Correlation) else ()
    return _of_bases(rule.meta, _kind(rule), bases, {*fields}, catalog)


def _native_row(native: FirstSeen, base: EventRule, catalog: Catalog) -> Row:
    return _of_bases(native.meta, Kind.NATIVE, (base,), {*native.fields}, catalog)


def _of_bases(
    meta: Metadata, kind: Kind, bases: tuple[EventRule, ...], fields: set[str], catalog: Catalog
) -> Row:
    """``fields`` are those read besides the ones in the rules' conditions."""
    fields = fields.union(fields_read(*(base.expr for base in bases)))
    types = {
        name
        for base in bases
        for name in catalog.events
        if (known := event_types(base.expr)) is None or name in known
    }
    return Row(
        meta.name,
        meta.title,
        kind,
        meta.level,
        tuple(name for name in catalog.events if name in types),
        tuple(path for path in catalog.fields if path in fields),
        tuple(
            sorted(
                tag.removeprefix("attack.").upper()
                for tag in meta.tags
                if tag.startswith(_TECHNIQUE) and tag.removeprefix(_TECHNIQUE)[:1].isdigit()
            )
        ),
        any(_on_success(base, catalog) for base in bases),
    )


def _on_success(rule: EventRule, catalog: Catalog) -> bool:
    success = Atom(OUTCOME, Pattern((_SUCCESS,), cased=True), rule.expr.span, rule.expr.span)
    try:
        return satisfiable(And((rule.expr, success), rule.expr.span), catalog)
    except Undecided:
        return True


def _kind(rule: Rule) -> Kind:
    if isinstance(rule, Correlation):
        return Kind.CORRELATION
    if rule.silent:
        return Kind.BASE
    return Kind.AUDIT if rule.audit else Kind.DETECTION


def _gaps(rows: tuple[Row, ...], catalog: Catalog) -> Iterable[Gap]:
    decisions = load_decisions()
    for name in catalog.events:
        if not any(row.kind is Kind.AUDIT and name in row.event_types for row in rows):
            yield Gap(name, "no audit rule", "an event of this type leaves no trace of its own")
        kind = decided_kind(name, rows, catalog)
        decision: Decision | None = decisions.get(name)
        if kind is not DecisionKind.DETECTION:
            what = "no detection" if kind is DecisionKind.AUDIT else "only failures alert"
            reason = decision.reason if decision else "nobody has decided on this type yet"
            yield Gap(name, what, reason)
    for path in catalog.fields:
        if not any(path in row.fields for row in rows):
            yield Gap(path, "no rule reads this field", "it serves whoever looks into an alert")
    tagged = {id_ for row in rows for id_ in row.techniques}
    for id_, technique in load_attack().techniques.items():
        children = (other for other in tagged if other.startswith(f"{id_}."))
        if id_ not in tagged and not any(children):
            reason = f"{technique.name}: these events do not show it"
            yield Gap(id_, "no rule tags this technique", reason)
