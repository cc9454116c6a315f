"""Values as expressions see them: NULL, a text, a number, a truth value, or several texts.

Every field of an event is text (Search Manual, "About fields"); what looks like a number counts
as one where a function or operator asks for a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from okta_access.spl.beliefs import NotDocumentedError

Value = str | int | float | bool | tuple[str, ...] | None
Row = dict[str, Value]
"""A result of a search: its fields by their names; what is NULL is not there."""
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LIKE_A_NUMBER = re.compile(
    r"\s*[+-]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|0x[0-9a-f]+|inf\w*|nan)\s*", re.IGNORECASE
)


def several(values: Iterable[str]) -> Value:
    """A multivalue field of these values; of one it is a single value, of none NULL."""
    found = tuple(values)
    if not found:
        return None
    return found[0] if len(found) == 1 else found


def members(value: Value) -> tuple[str, ...]:
    """The values of a field; NULL has none.

    Raises :class:`NotDocumentedError` for a number or a truth value, whose text nothing settles.
    """
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        return (value,)
    raise NotDocumentedError(f"{value!r} where a text is expected")


def text(value: Value, where: str) -> str | None:
    """A single text, or NULL."""
    found = members(value)
    if len(found) > 1:
        raise NotDocumentedError(f"{where} of several values")
    return found[0] if found else None


def number(value: Value, where: str) -> int | float | None:
    """A number, or NULL; a text counts where it is plainly one."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    found = text(value, where)
    assert found is not None
    if not _NUMBER.fullmatch(found):
        raise NotDocumentedError(f"{where} of {found!r}, which is no number")
    return float(found) if "." in found else int(found)


def is_like_a_number(value: str) -> bool:
    """Whether Splunk might take a text for a number."""
    return _LIKE_A_NUMBER.fullmatch(value) is not None
