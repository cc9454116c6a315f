"""A rule's condition: read against its selections, so that every fault has its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase

from okta_access.errors import Problem, Span
from okta_access.rules.model import And, Expr, Not, Or
from okta_access.rules.reading.condition_syntax import (
    Condition,
    ConditionReader,
    Joined,
    Name,
    Negated,
    Selector,
)
from okta_access.rules.reading.source import Scalar

_NEGATIONS = re.compile(r"(?:not\s*)+")
MAX_LENGTH = 4096
MAX_NESTING = 30


@dataclass(slots=True)
class Resolved:
    """A condition read against the selections of its rule.

    ``expr`` is None where a selection it needs is broken or missing; ``used`` names the selections
    that take part; ``problems`` says what is wrong with the condition itself.
    """

    expr: Expr | None = None
    used: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def parse_condition(condition: Scalar, selections: Mapping[str, Expr | None]) -> Resolved:
    """Read a condition (Sigma 2.1, Condition).

    ``selections`` maps each defined name to its expression, or to None where the selection itself
    is broken: then there is no expression, but no further problem either.
    """
    resolved = Resolved()
    text = condition.text
    nesting = max(_depths(text), default=0)
    # Other tools read a `not` wherever these letters stand, and recurse into each.
    negations = max((found.group().count("not") for found in _NEGATIONS.finditer(text)), default=0)
    if len(text) > MAX_LENGTH or nesting > MAX_NESTING or negations > MAX_NESTING:
        message = (
            f"the condition is longer than {MAX_LENGTH} characters or nested deeper than "
            f"{MAX_NESTING} parentheses or negations"
        )
        resolved.problems.append(Problem(condition.span, "OA103", message))
        return resolved
    reader = ConditionReader(text, frozenset(selections))
    tree = reader.read()
    resolver = _Resolver(condition, selections, resolved)
    for fault in reader.faults:
        span = resolver.place(fault.start, fault.end)
        resolved.problems.append(Problem(span, "OA103", fault.message, fault.hint))
    expr = None if tree is None else resolver.resolve(tree)
    if not resolver.broken and not reader.faults:
        resolved.expr = expr
    return resolved


def _depths(text: str) -> list[int]:
    depth, depths = 0, []
    for char in text:
        depth += (char == "(") - (char == ")")
        depths.append(depth)
    return depths


class _Resolver:
    def __init__(
        self, condition: Scalar, selections: Mapping[str, Expr | None], resolved: Resolved
    ) -> None:
        self.condition = condition
        self.selections = selections
        self.resolved = resolved
        self.broken = False
        self.told: set[str] = set()

    def resolve(self, node: Condition) -> Expr | None:
        span = self.condition.span
        match node:
            case Name(name, at):
                return self._identifier(name, at)
            case Selector():
                return self._selector(node)
            case Negated(negated):
                operand = self.resolve(negated)
                return None if operand is None else Not(operand, span)
            case Joined(joined, all_of):
                operands = tuple(self.resolve(one) for one in joined)
                whole = tuple(operand for operand in operands if operand is not None)
                if len(whole) < len(operands):
                    return None
                return And(whole, span) if all_of else Or(whole, span)

    def _identifier(self, name: str, at: int) -> Expr | None:
        if name not in self.selections:
            close = get_close_matches(name, self.selections, 1)
            hint = f"did you mean `{close[0]}`?" if close else _defined(self.selections)
            self._problem(name, at, f"the condition names `{name}`, which is not defined", hint)
            return None
        self.resolved.used.append(name)
        if name.startswith("not"):
            message = f"other Sigma tools read the name `{name}` as `not {name[3:]}`"
            self._problem(name, at, message, "give the selection another name")
            return None
        return self._use(name)

    def _selector(self, node: Selector) -> Expr | None:
        wanted = "*" if node.pattern == "them" else node.pattern
        names = [
            name
            for name in self.selections
            if fnmatchcase(name, wanted) and (wanted[0] == "_" or name[0] != "_")
        ]
        if not names:
            message = f"`{node.pattern}` in the condition matches no selection"
            close = get_close_matches(wanted.rstrip("*_0123456789"), self.selections, 1)
            hint = f"did you mean `{close[0]}`?" if close else _defined(self.selections)
            self._problem(node.pattern, node.at, message, hint)
            return None
        self.resolved.used.extend(names)
        parts = [self._use(name) for name in names]
        whole = tuple(part for part in parts if part is not None)
        if len(whole) < len(parts):
            return None
        if len(whole) == 1:
            return whole[0]
        span = self.condition.span
        return And(whole, span) if node.all_of else Or(whole, span)

    def _use(self, name: str) -> Expr | None:
        expr = self.selections[name]
        self.broken = self.broken or expr is None
        return expr

    def _problem(self, word: str, at: int, message: str, hint: str | None) -> None:
        self.broken = True
        if word not in self.told:
            self.told.add(word)
            span = self.place(at, at + len(word))
            self.resolved.problems.append(Problem(span, "OA104", message, hint))

    def place(self, start: int, end: int) -> Span:
        """Where these characters stand; exact where the condition is on one line."""
        span = self.condition.span
        if span.line != span.end_line or end - start == len(self.condition.text):
            return span
        column = span.column + (1 if self.condition.quoted else 0)
        return Span(span.file, span.line, column + start, span.line, column + end)


def _defined(selections: Mapping[str, Expr | None]) -> str | None:
    return f"defined are {', '.join(selections)}" if selections else None
