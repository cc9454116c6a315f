"""What a file is that is no log, told by its beginning, and what to do about it."""

from __future__ import annotations

import re

from okta_access.errors import InputError, Span
from okta_access.logs.layout import SPACE

_KINDS = ((b"%PDF", "it is a PDF"), (b"<", "it is a web page or XML"))
_HINT = (
    "a log is JSON Lines, a JSON array, or the CSV of Okta's console, Splunk (with _raw) or Kibana "
    "(with event.original)"
)
_CUT = 4  # bytes at the end that may be part of a character
# `{` of a template or a listing, `[` of `[INFO]` or `[2026-01-01 …]` begin no JSON.
_OBJECT = rb"\{\s*+(?:[\"}]|\Z)"
_ARRAY = rb"\[\s*+(?:[{\[\]\"]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*+[,\]]|true|false|null|\Z)"
_JSON = re.compile(_OBJECT + rb"|" + _ARRAY)
_LINE = re.compile(rb"^[ \t\r]*+(?:\{[ \t]*+\"|\[[ \t]*+\{)", re.MULTILINE)


def is_json(head: bytes) -> bool:
    """Whether what begins so could be an object or an array.

    >>> is_json(b'{"a": 1}'), is_json(b"[INFO] started"), is_json(b"[2026-01-01 00:00:00] started")
    (True, False, False)
    """
    return _JSON.match(head) is not None


def check_log(head: bytes, name: str) -> None:
    """Refuse what has no object at the beginning of any line; ``head`` is what is at hand.

    Raises :class:`InputError`; one line tells more than a complaint about each.
    """
    if not head.strip(SPACE) or _LINE.search(head):
        return
    raise InputError(f"{_kind(head)}, and no log", span=Span.whole(name), hint=_HINT)


def _kind(head: bytes) -> str:
    for begin, kind in _KINDS:
        if head.startswith(begin):
            return kind
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - _CUT:
            return "it is binary"
    if b"\0" in head:
        return "it is binary"
    first = head.partition(b"\n")[0]
    if any(first.count(mark) > 1 for mark in (b",", b";", b"\t")):
        return "it is a table without the columns of an export that is known here"
    if b'{"' in head:
        return "it is a text with JSON behind something else on its lines"
    return "it is a text of which no line is JSON"
