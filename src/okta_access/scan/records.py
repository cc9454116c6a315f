"""A stream of bytes → records: one JSON value each, with the line on which it begins.

JSON Lines, one JSON array (a page of Okta's API), or values written over several lines; told apart
by the first line. Memory holds one record and one chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

CHUNK = 1 << 16
# The next mark that tells where a value ends. Texts are passed over whole, so that brackets and
# commas inside them do not count; without a match there is a text that is not all there yet.
_TEXT = rb'"(?:[^"\\]++|\\.)*+"'
_MARK = re.compile(rb'(?:[^"{}\[\],]++|' + _TEXT + rb")*+([{}\[\],])", re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + _TEXT + rb")*+([{}\[\]])", re.DOTALL)
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Record:
    """The bytes of one JSON value, and the line (from 1) on which it begins."""

    line: int
    data: bytes


def records(stream: BufferedReader) -> Iterator[Record]:
    """All records of a stream; blank lines hold none."""
    lead, start = _first_byte(stream)
    if lead == b"[" or (lead == b"{" and _spans_lines(stream)):
        yield from _values(stream, start, in_array=lead == b"[")
    else:
        yield from _lines(stream, start)


def _first_byte(stream: BufferedReader) -> tuple[bytes, int]:
    """The first byte that is no white space, left unread, and its line."""
    line = 1
    while True:
        head = stream.peek(1)
        if not head:
            return b"", line
        stripped = head.lstrip(_SPACE)
        skipped = head[: len(head) - len(stripped)]
        line += skipped.count(b"\n")
        stream.read(len(skipped))
        if stripped:
            return stripped[:1], line


def _spans_lines(stream: BufferedReader) -> bool:
    """Whether the first line is only the beginning of a value."""
    return stream.peek(1).split(b"\n", 1)[0].strip() == b"{"


def _lines(stream: BufferedReader, start: int) -> Iterator[Record]:
    for number, line in enumerate(stream, start):
        data = line.strip(_SPACE)
        if data:
            yield Record(number, data)


def _values(stream: BufferedReader, start: int, *, in_array: bool) -> Iterator[Record]:
    """The members of an array, or values one after another, however they are laid out."""
    buffer, line = b"", start
    scanned = depth = begin = 0
    inner = 1 if in_array else 0
    closed = not in_array
    # Reading as much again as is held keeps the work linear where one value is very long.
    while chunk := stream.read1(max(CHUNK, len(buffer))):
        buffer += chunk
        while match := (_MARK if depth <= inner else _BRACKET).match(buffer, scanned):
            mark, place, scanned = match[1], match.start(1), match.end()
            before = depth
            depth += (mark in b"{[") - (mark in b"}]")
            opens_array = in_array and mark == b"[" and before == 0
            closes_array = in_array and mark == b"]" and depth == 0
            closes_value = not in_array and depth == 0 and before > 0
            if closes_array or closes_value or (mark == b"," and depth == inner):
                yield from _record(buffer[begin : scanned if closes_value else place], line)
            elif not opens_array:
                continue
            line, begin = line + buffer.count(b"\n", begin, scanned), scanned
            closed = closed or closes_array
        buffer, scanned, begin = buffer[begin:], scanned - begin, 0
    yield from _record(buffer, line)
    torn = buffer.strip(_SPACE) != b"" and depth != inner  # then that record tells of it
    if not closed and not torn:
        yield Record(line + buffer.rstrip(_SPACE).count(b"\n"), b"")


def _record(data: bytes, line: int) -> Iterator[Record]:
    stripped = data.lstrip(_SPACE)
    if stripped.rstrip(_SPACE):
        skipped = data[: len(data) - len(stripped)]
        yield Record(line + skipped.count(b"\n"), stripped.rstrip(_SPACE))
