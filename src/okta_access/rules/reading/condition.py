"""A rule's condition: parsed by pySigma, resolved here, so that every fault has its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, cast

from okta_access.errors import Problem, Span
from okta_access.rules.model import And, Expr, Not, Or
from okta_access.rules.reading.source import Scalar

_WORD = re.compile(r"[A-Za-z0-9_*-]+")
_NEGATIONS = re.compile(r"(?:not\s*)+")
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
    from sigma.conditions import SigmaCondition
    from sigma.exceptions import SigmaError

    resolved = Resolved()
    text = condition.text
    hint = "for example: selection and not 1 of filter_*"
    nesting = max(_depths(text), default=0)
    # pySigma reads a `not` wherever these letters stand, and recurses into each.
    negations = max((found.group().count("not") for found in _NEGATIONS.finditer(text)), default=0)
    if len(text) > MAX_LENGTH or nesting > MAX_NESTING or negations > MAX_NESTING:
        resolved.problems.append(
            Problem(
                condition.span,
                "OA103",
                "the condition is longer than "
                f"{MAX_LENGTH} characters or nested deeper than "
                f"{MAX_NESTING} parentheses or negations",
            )
        )
        return resolved
    try:
        # Without post-processing pySigma does not look at the detections.
        tree = SigmaCondition(text, cast(Any, None)).parse(postprocess=False)
    except SigmaError as error:
        resolved.problems.append(
            Problem(condition.span, "OA103", f"the condition does not parse: {error}", hint)
        )
        return resolved
    resolver = _Resolver(condition, selections, resolved)
    expr = resolver.resolve(tree)
    if not resolver.broken:
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
        self.words = _WORD.findall(condition.text)

    def resolve(self, node: Any) -> Expr | None:
        from sigma.conditions import (
            ConditionAND,
            ConditionIdentifier,
            ConditionNOT,
            ConditionOR,
            ConditionSelector,
        )

        span = self.condition.span
        match node:
            case ConditionIdentifier():
                return self._identifier(node.identifier)
            case ConditionSelector():
                return self._selector(node.pattern, all_of=node.cond_class is ConditionAND)
            case ConditionNOT(args=args):
                operand = self.resolve(args[0])
                return None if operand is None else Not(operand, span)
            case ConditionAND(args=args) | ConditionOR(args=args):
                operands = tuple(self.resolve(arg) for arg in args)
                whole = tuple(operand for operand in operands if operand is not None)
                if len(whole) < len(operands):
                    return None
                return And(whole, span) if isinstance(node, ConditionAND) else Or(whole, span)
            case _:  # pyparsing wraps an operand in parentheses into a list of one
                return self.resolve(node[0])

    def _identifier(self, name: str) -> Expr | None:
        # pySigma reads "notable" as "not able": a name that is no word of the text is that slip.
        if name not in self.selections or name not in self.words:
            close = get_close_matches(name, self.selections, 1)
            hint = f"did you mean `{close[0]}`?" if close else _defined(self.selections)
            self._problem(name, f"the condition names `{name}`, which is not defined", hint)
            return None
        self.resolved.used.append(name)
        return self._use(name)

    def _selector(self, pattern: str, *, all_of: bool) -> Expr | None:
        wanted = "*" if pattern == "them" else pattern
        names = [
            name
            for name in self.selections
            if fnmatchcase(name, wanted) and (wanted[0] == "_" or name[0] != "_")
        ]
        if not names:
            self._problem(
                pattern,
                f"`{pattern}` in the condition matches no selection",
                _defined(self.selections),
            )
            return None
        self.resolved.used.extend(names)
        parts = [self._use(name) for name in names]
        whole = tuple(part for part in parts if part is not None)
        if len(whole) < len(parts):
            return None
        if len(whole) == 1:
            return whole[0]
        return And(whole, self.condition.span) if all_of else Or(whole, self.condition.span)

    def _use(self, name: str) -> Expr | None:
        expr = self.selections[name]
        self.broken = self.broken or expr is None
        return expr

    def _problem(self, word: str, message: str, hint: str | None) -> None:
        self.broken = True
        self.resolved.problems.append(Problem(self._place(word), "OA104", message, hint))

    def _place(self, word: str) -> Span:
        """Where a word of the condition stands; exact where the condition is on one line."""
        span = self.condition.span
        found = re.search(rf"(?<![\w*-]){re.escape(word)}(?![\w*-])", self.condition.text)
        if found is None or span.line != span.end_line:
            return span
        column = span.column + found.start() + (1 if self.condition.quoted else 0)
        return Span(span.file, span.line, column, span.line, column + len(word))


def _defined(selections: Mapping[str, Expr | None]) -> str | None:
    return f"defined are {', '.join(selections)}" if selections else None
