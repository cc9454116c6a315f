"""The functions of eval that are compiled here, after the Search Reference's pages on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from okta_access.spl.beliefs import Beliefs, NotDocumentedError
from okta_access.spl.regexes import compiled
from okta_access.spl.values import (
    Value,
    is_like_a_number,
    members,
    number,
    several,
    text,
)

Function = Callable[[Beliefs, list[Value]], Value]
_TIME_FORMATS = {
    "%Y-%m-%dT%H:%M:%S %z": re.compile(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}) \+0000"
    ),
    "%Y-%m-%dT%H:%M:%S.%3NZ %z": re.compile(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3})Z \+0000"
    ),
}
_MODIFIER = re.compile(r"-([0-9]+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def _isnotnull(_: Beliefs, arguments: list[Value]) -> Value:
    """Informational functions: TRUE if the value is not NULL."""
    (value,) = arguments
    return value is not None


def _isnull(_: Beliefs, arguments: list[Value]) -> Value:
    """Informational functions: TRUE if the value is NULL."""
    (value,) = arguments
    return value is None


def _null(_: Beliefs, arguments: list[Value]) -> Value:
    """Comparison and Conditional functions: NULL."""
    if arguments:
        raise NotDocumentedError("null() takes no argument")
    return None


def _coalesce(_: Beliefs, arguments: list[Value]) -> Value:
    """Comparison and Conditional functions: the first value that is not NULL."""
    return next((value for value in arguments if value is not None), None)


def _in(_: Beliefs, arguments: list[Value]) -> Value:
    """Comparison and Conditional functions: TRUE if one of the list equals the field's value."""
    value, *listed = (text(argument, "in()") for argument in arguments)
    if value is None:
        return None
    if any(one is None or is_like_a_number(one) for one in listed):
        raise NotDocumentedError("in() with NULL or numbers in its list")
    return value in listed


def _match(beliefs: Beliefs, arguments: list[Value]) -> Value:
    """Comparison and Conditional functions: TRUE if the regular expression finds a substring."""
    subject, regex = text(arguments[0], "match()"), text(arguments[1], "match()")
    assert regex is not None
    if subject is None:
        return None
    return compiled(regex, beliefs.unicode_case).search(subject) is not None


def _mvfind(beliefs: Beliefs, arguments: list[Value]) -> Value:
    """Multivalue eval functions: the index of the first value that matches; NULL if none does."""
    regex = text(arguments[1], "mvfind()")
    assert regex is not None
    search = compiled(regex, beliefs.unicode_case).search
    found = (index for index, value in enumerate(members(arguments[0])) if search(value))
    return next(found, None)


def _mvdedup(_: Beliefs, arguments: list[Value]) -> Value:
    """Multivalue eval functions: the values with duplicates removed."""
    (value,) = arguments
    return several(dict.fromkeys(members(value)))


def _mvappend(_: Beliefs, arguments: list[Value]) -> Value:
    """Multivalue eval functions: all values of the arguments."""
    return several(one for argument in arguments for one in members(argument))


def _mvcount(_: Beliefs, arguments: list[Value]) -> Value:
    """Multivalue eval functions: the number of values; NULL if there is none."""
    (value,) = arguments
    return len(members(value)) or None


def _split(_: Beliefs, arguments: list[Value]) -> Value:
    """Multivalue eval functions: the pieces of a text between delimiters."""
    value, delimiter = text(arguments[0], "split()"), text(arguments[1], "split()")
    if value is None or not delimiter:
        raise NotDocumentedError("split() of NULL, or by nothing")
    return several(value.split(delimiter))


def _min(_: Beliefs, arguments: list[Value]) -> Value:
    """Statistical eval functions: the least of the numbers."""
    numbers = [number(argument, "min()") for argument in arguments]
    if None in numbers:
        raise NotDocumentedError("min() of NULL")
    return min(one for one in numbers if one is not None)


def _substr(_: Beliefs, arguments: list[Value]) -> Value:
    """Text functions: from a place counted from 1, so many characters; fewer at the end."""
    value = text(arguments[0], "substr()")
    start, length = arguments[1], arguments[2]
    if not isinstance(start, int) or not isinstance(length, int) or start < 1:
        raise NotDocumentedError("substr() with other than whole numbers from 1")
    return None if value is None else value[start - 1 : start - 1 + length]


def _replace(beliefs: Beliefs, arguments: list[Value]) -> Value:
    """Text functions: every match replaced; without a match the text itself.

    Known here is only a regular expression bound to both ends, replaced by its one group.
    """
    value, regex, by = (text(argument, "replace()") for argument in arguments)
    assert regex is not None
    if by != "\\1" or not regex.startswith("^") or not regex.endswith("\\z"):
        raise NotDocumentedError("replace() other than by the one group of a whole match")
    if value is None:
        return None
    match = compiled(regex, beliefs.unicode_case).search(value)
    return match[1] if match else value


def _tonumber(_: Beliefs, arguments: list[Value]) -> Value:
    """Conversion functions: the number a text writes in decimal; NULL where it writes none."""
    value = text(arguments[0], "tonumber()")
    if value is None or not is_like_a_number(value):
        return None
    if not value.isdigit():
        raise NotDocumentedError(f"tonumber() of {value!r}")
    return int(value)


def _strptime(_: Beliefs, arguments: list[Value]) -> Value:
    """Date and Time functions: the UNIX time of a text in a format; NULL where it is not in it.

    Known here are the formats in which the time is followed by ``+0000``, with milliseconds
    (``%3N``) or without.
    """
    value, form = text(arguments[0], "strptime()"), text(arguments[1], "strptime()")
    written = _TIME_FORMATS.get(form or "")
    if written is None:
        raise NotDocumentedError(f"strptime() with {form!r}")
    found = written.fullmatch(value or "")
    if found is None:
        return None
    try:
        time = datetime.fromisoformat(found[1]).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return time if "." in found[1] else int(time)


def _relative_time(_: Beliefs, arguments: list[Value]) -> Value:
    """Date and Time functions: a UNIX time moved by a relative time modifier."""
    time, modifier = number(arguments[0], "relative_time()"), text(arguments[1], "relative_time()")
    found = _MODIFIER.fullmatch(modifier or "")
    if found is None or time is None:
        raise NotDocumentedError(f"relative_time() by {modifier!r}")
    back = timedelta(**{_UNITS[found[2]]: int(found[1])})
    return int((datetime.fromtimestamp(time, UTC) - back).timestamp())


FUNCTIONS: dict[str, Function] = {
    "coalesce": _coalesce,
    "in": _in,
    "isnotnull": _isnotnull,
    "isnull": _isnull,
    "match": _match,
    "min": _min,
    "mvappend": _mvappend,
    "mvcount": _mvcount,
    "mvdedup": _mvdedup,
    "mvfind": _mvfind,
    "null": _null,
    "relative_time": _relative_time,
    "replace": _replace,
    "split": _split,
    "strptime": _strptime,
    "substr": _substr,
    "tonumber": _tonumber,
}
