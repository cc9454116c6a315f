"""Lengths of time in words."""

from __future__ import annotations

from okta_access.catalog.times import SECOND


def span_text(micros: int) -> str:
    """A length of time, in its two greatest units.

    >>> span_text(90 * SECOND), span_text(26 * 3600 * SECOND), span_text(0)
    ('1 min 30 s', '1 d 2 h', '0 s')
    """
    seconds = micros // SECOND
    parts = []
    for name, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number:,} {name}")
    return " ".join(parts[:2]) or "0 s"
