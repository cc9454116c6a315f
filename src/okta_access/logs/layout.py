"""How a stream of JSON is laid out, told by its beginning."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from itertools import islice

import msgspec

SPACE = b" \t\r\n"
_LEVELS = 8  # Okta's events have 4; what is nested deeper is read bracket by bracket

TEXT = rb'"(?:[^"\\]++|\\.)*+"'
"""A text; it is passed over whole, so that brackets and commas inside it do not count."""


def _nested(levels: int) -> bytes:
    """A pattern of whole objects and arrays, nested up to so many levels."""
    pattern = rb"(?!)"
    for _ in range(levels):
        pattern = rb'[{\[](?:[^"{}\[\]]++|' + TEXT + rb"|" + pattern + rb")*+[}\]]"
    return pattern


_PERHAPS_END = re.compile(rb"\}(?=[ \t\r\n]*+(?:,[ \t\r\n]*+\{|[\]{]))")
_MOST_TRIED = 8  # ends that are none: an event's targets have such
_pass_over = msgspec.json.Decoder(msgspec.Raw).decode


def end_of(buffer: bytes, start: int) -> int | None:
    """Where the object or array that begins at ``start`` ends, where that is soon told.

    Of JSON no beginning is a whole: where a decoder takes what lies between as a value, it is the
    value.

    >>> end_of(b'[{"a": [{}, {}]}, {}]', 1), end_of(b'{"a": "}', 0)
    (16, None)
    """
    for match in islice(_PERHAPS_END.finditer(buffer, start), _MOST_TRIED):
        try:
            _pass_over(buffer[start : match.end()])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            continue
        return match.end()
    whole = _whole().match(buffer, start)
    return whole.end() if whole else None


# These two take milliseconds to compile, and most logs need neither.
@cache
def _whole() -> re.Pattern[bytes]:
    return re.compile(_nested(_LEVELS), re.DOTALL)


@cache
def _response() -> re.Pattern[bytes]:
    value = rb"(?:" + TEXT + rb'|[^"{}\[\],]++|' + _nested(3) + rb")"
    keys = (rb'"hits"', rb'"results"')
    member = rb"(?!" + rb"|".join(keys) + rb")" + TEXT + rb"\s*+:\s*+" + value + rb"\s*+,"
    before = rb"(?:\s*+" + member + rb")*+\s*+"
    array = rb"(?:" + keys[0] + rb"\s*+:\s*+\{" + before + keys[0] + rb"|" + keys[1] + rb")"
    return re.compile(rb"\{" + before + array + rb"\s*+:\s*+(?=\[)", re.DOTALL)


def before_hits(head: bytes) -> int | None:
    """How much comes before the array of a search's response; None where this is none.

    Of Elasticsearch the array is ``hits.hits``, of Splunk ``results``.

    >>> before_hits(b'{"took": 5, "hits": {"total": {"value": 1}, "hits": [{}]}}')
    52
    """
    if b'"hits"' not in head and b'"results"' not in head:
        return None
    match = _response().match(head)
    return match.end() if match else None


class Layout(Enum):
    """How the values of a stream lie."""

    LINES = "one value a line"
    VALUES = "arrays, or values over several lines, or several values on one"
    HITS = "one object, with the values in an array inside"


def layout_of(head: bytes, *, ended: bool) -> Layout | None:
    """The layout of a stream that begins so (white space taken off); None: too little to tell.

    ``ended`` says that no more is to be had. A line that is cut off is no reason to read objects
    over several lines: what follows it must look like the inside of an object.

    >>> layout_of(b'{"a": 1}' + bytes([10]), ended=False)
    <Layout.LINES: 'one value a line'>
    >>> layout_of(b'{"a": 1}{"a": 2}', ended=False).name, layout_of(b'[{"a"', ended=False).name
    ('VALUES', 'VALUES')
    >>> layout_of(b'{"a": 1, ', ended=False) is None
    True
    """
    if head[:1] != b"{":
        return Layout.VALUES if head[:1] == b"[" else Layout.LINES
    if before_hits(head) is not None:
        return Layout.HITS
    end = end_of(head, 0)
    if end is None:
        inside = head.partition(b"\n")[2].lstrip(SPACE)[:1]
        if inside:
            return Layout.VALUES if inside in (b'"', b"}") else Layout.LINES
    elif b"\n" in head[:end]:
        return Layout.VALUES
    else:
        after = head[end:].lstrip(b" \t\r")[:1]
        if after:
            return Layout.VALUES if after in (b"{", b"[", b",") else Layout.LINES
    return Layout.LINES if ended else None
