"""Lengths of time as Sigma writes them: a whole number and s, m, h, d or w."""

from __future__ import annotations

import re

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TIMESPAN = r"([1-9][0-9]{0,8})([smhdw])"


def seconds_of(text: str) -> int | None:
    """The seconds of a timespan, or nothing where the text is none.

    >>> seconds_of("24h"), seconds_of("1M")
    (86400, None)
    """
    match = re.fullmatch(_TIMESPAN, text)
    return int(match[1]) * _UNITS[match[2]] if match else None
