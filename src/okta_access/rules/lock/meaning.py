"""A rule's meaning as a digest: equal for rules that say the same thing in other words.

Taken in are the condition with the filters that narrow it, the lists that it asks for, and what a
correlation counts, with the meaning of the rules it refers to. Left out is what people read (title,
description, level, runbook), the names of selections and the order of alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from okta_access.rules.collection import RuleSet
from okta_access.rules.filters import Filter, narrowed
from okta_access.rules.lock.file import Locked
from okta_access.rules.model import (
    Absent,
    Address,
    Cidr,
    Correlation,
    CorrelationType,
    EventRule,
    Expr,
    IsTrue,
    Pattern,
    Placeholder,
    Present,
    Regex,
    Rule,
    SameAs,
    Test,
    Wildcard,
)
from okta_access.rules.solver.logic import Every, Formula, Literal, formula_of

_LENGTH = 16  # hexadecimal digits: enough to tell meanings apart, short enough to be read
Lists = Mapping[str, tuple[str, ...]]


class Meanings:
    """The meanings of rules that were read together; ``lists`` are those that they ship with."""

    def __init__(self, rules: RuleSet, lists: Lists) -> None:
        self._rules = rules
        self._lists = lists
        inherited = tuple(one.filter for one in rules.inherited if one.filter is not None)
        self._filters: tuple[Filter, ...] = (*rules.filters, *inherited)

    def of(self, rule: Rule) -> str:
        """The digest; every rule that a correlation refers to must be there."""
        if isinstance(rule, EventRule):
            return digest("silent" if rule.silent else "alerts", self._event(rule))
        return digest(*self._correlation(rule))

    def sources(self, rule: Rule) -> tuple[str, ...]:
        """The files of the rules and filters that make up the meaning, lists left out."""
        bases = (rule,) if isinstance(rule, EventRule) else self._rules.referenced(rule)
        filters = (one for one in self._filters if any(map(one.names, bases)))
        files = (rule.meta.file, *(base.meta.file for base in bases), *(f.file for f in filters))
        return tuple(dict.fromkeys(files))

    def _event(self, rule: EventRule) -> str:
        return canonical(narrowed(rule, self._filters).expr, self._lists)

    def _correlation(self, rule: Correlation) -> list[str]:
        bases = map(self._event, self._rules.referenced(rule))
        steps = [repr(step) for step in zip(bases, rule.keys, strict=True)]
        if rule.type is not CorrelationType.TEMPORAL_ORDERED:
            steps.sort()
        counted = rule.value_field or ""
        return [rule.type, str(rule.timespan.seconds), str(rule.threshold), counted, *steps]


def locked(rule: Rule, meanings: Meanings) -> Locked:
    """The line of a rule in a lock."""
    return Locked(rule.name, rule.meta.version, meanings.of(rule), rule.meta.id)


def digest(*parts: str) -> str:
    """A short digest of a meaning that has several parts.

    >>> digest("a", "b") == digest("ab")
    False
    """
    return sha256(repr(parts).encode()).hexdigest()[:_LENGTH]


def canonical(expr: Expr, lists: Lists) -> str:
    """An expression as text: negations at the atoms, alternatives sorted, each once.

    >>> from okta_access.errors import Span
    >>> from okta_access.rules.model import Atom, Not
    >>> atom = Atom("actor.id", Present(), Span("r"), Span("r"))
    >>> canonical(Not(Not(atom, Span("r")), Span("r")), {})
    "('actor.id', 'present')"
    """
    return _text(formula_of(expr), lists)


def _text(formula: Formula, lists: Lists) -> str:
    if isinstance(formula, Literal):
        atom = repr((formula.atom.field, *_asked(formula.atom.test, lists)))
        return atom if formula.positive else f"not{atom}"
    word = "all" if isinstance(formula, Every) else "any"
    parts = sorted({_text(part, lists) for part in formula.parts})
    return parts[0] if len(parts) == 1 else f"{word}({' '.join(parts)})"


def _asked(test: Test, lists: Lists) -> tuple[object, ...]:
    match test:
        case Pattern(parts, cased):
            kinds = tuple(
                (one.value,) if isinstance(one, Wildcard) else one for one in parts
            )  # a wildcard is no text of that character
            return ("like", kinds, cased)
        case Regex(pattern, ignore_case, multiline, dot_all):
            return ("regex", pattern, ignore_case, multiline, dot_all)
        case Address(address):
            return ("address", str(address))
        case Cidr(network):
            return ("network", str(network))
        case IsTrue(value):
            return ("is", value)
        case Absent():
            return ("absent",)
        case Present():
            return ("present",)
        case SameAs(other, mode):
            return ("same", other, mode.value)
        case Placeholder(name):
            return ("list", name, tuple(sorted(lists.get(name, ()))))
