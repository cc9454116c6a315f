"""What a file is that is no log, told by its beginning, and what to do about it."""

from __future__ import annotations

from okta_access.errors import InputError, Span
from okta_access.logs.layout import SPACE

_KINDS = ((b"%PDF", "it is a PDF"), (b"<", "it is a web page or XML"))
_HINT = (
    "a log is JSON Lines, a JSON array, or the CSV of Okta's console, Splunk (with _raw) or Kibana "
    "(with event.original)"
)
_CUT = 4  # bytes at the end that may be part of a character


def check_log(head: bytes, name: str) -> None:
    """Refuse what holds no JSON value at the beginning of any line; ``head`` is what is at hand.

    Raises :class:`InputError`; one line tells more than a complaint about each.
    """
    lines = (line.lstrip(SPACE)[:1] for line in head.split(b"\n"))
    if not head.strip(SPACE) or any(begin in (b"{", b"[") for begin in lines if begin):
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
    return "it is a text of which no line is JSON"
