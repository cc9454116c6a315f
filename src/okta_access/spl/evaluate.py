"""What an expression gives for one event.

NULL is what an absent field gives. What AND and OR make of it no page says, so an operand that is
NULL is an error there. Comparing or calculating with NULL gives NULL: "if" then takes its
otherwise, and "where" drops the event, since both ask for TRUE (Search Reference: "Comparison and
Conditional functions", "where").
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.expressions import (
    Call,
    Expression,
    FieldName,
    Literal,
    Operation,
)
from okta_access.spl.functions import FUNCTIONS
from okta_access.spl.values import Value, is_like_a_number, number, several, text

Row = Mapping[str, Value]
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_MOST = 10**15
_ARITHMETIC: dict[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


class _Answers:
    """What was found for a question so far, by the values and types of the fields it names."""

    def __init__(self, question: Expression) -> None:
        self.question = question  # kept, so that nothing else gets its id
        self.fields = tuple(sorted(_fields(question)))
        self.found: dict[object, bool | None] = {}


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates expressions under beliefs; ``now`` is the time of the search, in seconds."""

    beliefs: Beliefs
    now: int
    _answers: dict[int, _Answers] = field(default_factory=dict, init=False, repr=False)

    def value(self, expr: Expression, row: Row) -> Value:
        """The value of an expression for an event."""
        match expr:
            case Literal(literal):
                return literal
            case FieldName(name):
                return row.get(name)
            case Operation("AND" | "OR"):
                return self._boolean(expr, row)
            case Operation("=" | "!=", (left, right)):
                same = self._same(self.value(left, row), self.value(right, row))
                return None if same is None else same == (expr.operator == "=")
            case Operation(sign, (left, right)) if sign in _ORDER:
                low = number(self.value(left, row), sign)
                high = number(self.value(right, row), sign)
                return None if low is None or high is None else _ORDER[sign](low, high)
            case Operation(".", (left, right)):
                return self._concatenated(self.value(left, row), self.value(right, row))
            case Operation(sign, (left, right)) if sign in _ARITHMETIC:
                first = number(self.value(left, row), sign)
                second = number(self.value(right, row), sign)
                if first is None or second is None:
                    return None
                return _exact(_ARITHMETIC[sign](first, second))
            case Call():
                return self._called(expr, row)
            case _:
                raise NotDocumentedError(f"does not know {expr}")

    def truth(self, expr: Expression, row: Row) -> bool | None:
        """The answer of an expression that is a question; None where it is NULL.

        Nothing but the fields that it names decides it, so it is found once for equal values.
        """
        known = self._answers.get(id(expr))
        if known is None:
            known = self._answers[id(expr)] = _Answers(expr)
        held = tuple(map(row.get, known.fields))
        key = held, tuple(map(type, held))  # 1 is not true
        if key not in known.found:
            known.found[key] = self._truth(expr, row)
        return known.found[key]

    def _truth(self, expr: Expression, row: Row) -> bool | None:
        found = self.value(expr, row)
        if found is not None and not isinstance(found, bool):
            raise NotDocumentedError(f"{found!r} where a truth value is expected")
        return found

    def _boolean(self, expr: Operation, row: Row) -> bool:
        found = [self.truth(operand, row) for operand in expr.operands]
        if None in found:
            raise NotDocumentedError(f"{expr.operator} of NULL, in {expr}")
        return all(found) if expr.operator == "AND" else any(found)

    def _same(self, left: Value, right: Value) -> bool | None:
        """Whether two values are equal: numbers as numbers, texts by case (where, "Usage").

        Texts that look like numbers could be compared either way; where that matters, it is an
        error.
        """
        if left is None or right is None:
            return None
        numbers = (int, float)
        if isinstance(left, numbers) and isinstance(right, numbers):
            return left == right
        first, second = text(left, "="), text(right, "=")
        assert first is not None
        assert second is not None
        if first == second or not (is_like_a_number(first) and is_like_a_number(second)):
            return first == second
        if number(first, "=") == number(second, "="):
            raise NotDocumentedError(f"{first!r} = {second!r}: texts or numbers?")
        return False

    def _concatenated(self, left: Value, right: Value) -> str | None:
        first, second = text(left, "`.`"), text(right, "`.`")
        return None if first is None or second is None else first + second

    def _called(self, call: Call, row: Row) -> Value:
        match call:
            case Call("if", (question, then, otherwise)):
                # Both are evaluated, so that nothing depends on whether one is left out.
                choices = self.value(then, row), self.value(otherwise, row)
                return choices[0] if self.truth(question, row) is True else choices[1]
            case Call("round", (Operation("*", (Literal(1000), seconds)),)):
                # Mathematical functions: the nearest whole number. A time in seconds is kept to
                # the microsecond by every way to keep numbers, so its milliseconds are sure.
                time = number(self.value(seconds, row), "round()")
                return None if time is None else round(1000 * time)
            case Call("now", ()):
                return self.now
            case Call("mvfilter", (Call("match", (FieldName(name), regex)),)):
                # "Filters a multivalue field based on a Boolean expression", of one field.
                kept = Call("match", (FieldName("one"), regex))
                values = row.get(name)
                found = values if isinstance(values, tuple) else (values,)
                return several(
                    one
                    for one in found
                    if isinstance(one, str) and self.value(kept, {"one": one}) is True
                )
            case Call(name, arguments) if name in FUNCTIONS:
                return FUNCTIONS[name](self.beliefs, [self.value(a, row) for a in arguments])
            case _:
                raise NotDocumentedError(f"does not know the function {call.function}")


def _fields(expr: Expression) -> set[str]:
    match expr:
        case FieldName(name):
            return {name}
        case Call(_, inner) | Operation(_, inner):
            return {name for one in inner for name in _fields(one)}
        case _:
            return set()


def _exact(result: int | float) -> int | float:
    """A result that every way to keep numbers keeps: a whole number of 15 digits at most."""
    if not isinstance(result, int) or abs(result) >= _MOST:
        raise NotDocumentedError(f"{result} may not be kept as it is")
    return result
