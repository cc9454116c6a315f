"""What a server says is wrong or doubtful, fit for one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_LONGEST = 400
# RFC 7234: a code, an agent and a quoted text; several are one header, with commas between.
_WARNING = re.compile(r'\d{3} \S+ "((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def reason_of(error: Mapping[str, Any]) -> str:
    """The reasons of a server's error object and of what caused it, once each, on one line.

    >>> reason_of({"reason": "cannot parse", "caused_by": {"reason": "no such field"}})
    'cannot parse: no such field'
    """
    reasons: list[str] = []
    cause: Any = error
    while isinstance(cause, Mapping):
        reason = cause.get("reason")
        if isinstance(reason, str) and not any(reason in told for told in reasons):
            reasons.append(reason)
        cause = cause.get("caused_by")
    return one_line(": ".join(reasons)) or "no reason given"


def one_line(text: str) -> str:
    r"""The text without line breaks, shortened in the middle where it is overlong.

    >>> one_line("Found 1 problem\nline 1:25: Unknown column [nope]")
    'Found 1 problem line 1:25: Unknown column [nope]'
    """
    words = " ".join(text.split())
    if len(words) <= _LONGEST:
        return words
    half = _LONGEST // 2
    return f"{words[:half]} … {words[-half:]}"


def warnings_of(header: str | None) -> tuple[str, ...]:
    r"""The texts of a Warning header.

    >>> warnings_of('299 Elasticsearch-8 "No \\"limit\\" defined", 299 Elasticsearch-8 "other"')
    ('No "limit" defined', 'other')
    """
    return tuple(_ESCAPED.sub(r"\1", quoted) for quoted in _WARNING.findall(header or ""))
