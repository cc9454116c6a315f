"""Aggregation functions of stats, eventstats and streamstats.

After the Search Reference, "Statistical and charting functions".

Events in which the field is NULL do not count, but for ``count`` without a field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okta_access.spl.beliefs import NotDocumentedError
from okta_access.spl.syntax import Reader
from okta_access.spl.values import Value, is_like_a_number, members, number, several


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One aggregation: a function, its field (``count`` needs none), and where its result goes."""

    function: str
    field: str | None
    into: str

    def of(self, values: Sequence[Value]) -> Value:
        """The result over the field's values, in the order of the events."""
        if self.field is None:
            return len(values)
        found = [value for value in values if value is not None]
        match self.function:
            case "sum":
                return sum(_numbers(found, "sum()")) if found else None
            case "min" | "max":
                return _extreme(found, self.function)
            case "last":
                return found[-1] if found else None
            case "dc":
                return len({text for value in found for text in members(value)})
            case "values":
                return several(sorted({text for value in found for text in members(value)}))
            case name:
                raise NotDocumentedError(f"does not know the aggregation {name}")


def aggregates(reader: Reader) -> list[Aggregate]:
    """Reads ``function(field) AS name`` until BY or the end."""
    found = []
    while reader.next is not None and not reader.next.is_word("by"):
        name = reader.word()
        field = None
        if name != "count":
            reader.expect_sign("(")
            field = reader.word()
            reader.expect_sign(")")
        if not reader.take_word("as"):
            raise NotDocumentedError(f"{name} without AS")
        found.append(Aggregate(name, field, reader.word()))
    if not found:
        raise NotDocumentedError("nothing to aggregate")
    return found


def _numbers(values: Sequence[Value], where: str) -> list[int | float]:
    numbers = [number(value, where) for value in values]
    return [one for one in numbers if one is not None]


def _extreme(values: Sequence[Value], name: str) -> Value:
    """The least or greatest: of numbers as numbers, of other texts by their characters."""
    if not values:
        return None
    choose = min if name == "min" else max
    if all(isinstance(value, int | float) for value in values):
        return choose(_numbers(values, name))
    texts = [text for value in values for text in members(value)]
    if any(is_like_a_number(text) for text in texts):
        raise NotDocumentedError(f"{name}() of numbers among texts")
    return choose(texts)
