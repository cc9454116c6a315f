"""A stream of bytes → records: one JSON value each, with the line on which it begins.

JSON Lines; or values however they are laid out: an array (a page of Okta's API), several arrays,
objects over several lines, objects one after another without a line end (as Firehose delivers
them), the hits of a search's response. Memory holds one chunk and one record, and of a record no
more than ``LONGEST`` bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader

import msgspec

from okta_access.logs.layout import SPACE, Layout, before_hits, layout_of
from okta_access.logs.record import LONGEST, Record, Unread, too_long

__all__ = ["Layout", "Record", "Start", "Unread", "records", "start_of"]

CHUNK = 1 << 17


class Start(msgspec.Struct, frozen=True):
    """Where the first value of a stream begins (its line, from 1), and how they are laid out."""

    line: int
    layout: Layout


def start_of(stream: BufferedReader) -> Start:
    """How the stream begins; white space before that is read, nothing else.

    Told by the buffer's first fill, which :func:`~okta_access.logs.inputs.open_log` sees to.
    """
    line = 1
    while head := stream.peek(1):
        stripped = head.lstrip(SPACE)
        stream.read(len(head) - len(stripped))
        line += head.count(b"\n", 0, len(head) - len(stripped))
        if stripped:
            return Start(line, layout_of(stripped, ended=True) or Layout.LINES)
    return Start(line, Layout.LINES)


def records(stream: BufferedReader, start: Start | None = None) -> Iterator[Record]:
    """All records of a stream; blank lines hold none. What cannot be read is an :class:`Unread`.

    ``start`` is what :func:`start_of` found, where that was asked before.

    >>> from io import BytesIO
    >>> [record.line for record in records(BufferedReader(BytesIO(b"[{},\\n{}]")))]
    [1, 2]
    """
    line, layout = msgspec.structs.astuple(start or start_of(stream))
    if layout is Layout.LINES:
        return _lines(stream, line)
    from okta_access.logs.json_values import Values  # most logs are lines

    if layout is Layout.VALUES:
        return Values(stream, line).all()
    skipped = stream.read(before_hits(stream.peek(1)) or 0)
    return Values(stream, line + skipped.count(b"\n")).first_array()


def _lines(stream: BufferedReader, number: int) -> Iterator[Record]:
    begun: list[bytes] = []  # a line that is not all there yet
    length = 0
    while chunk := stream.read1(CHUNK):
        lines = chunk.split(b"\n")
        rest = lines.pop()
        for line in lines:
            if length:
                data = _joined(begun, line, length)
                begun, length = [], 0
            else:
                data = line.strip(SPACE)
            if data:
                yield Record(number, data)
            number += 1
        if rest:
            if length <= LONGEST:
                begun.append(rest)
            length += len(rest)
    if length:
        data = _joined(begun, b"", length)
        if data:
            yield Record(number, data)


def _joined(begun: list[bytes], end: bytes, length: int) -> bytes:
    length += len(end)
    if length > LONGEST:
        return too_long(begun[0], length)
    begun.append(end)
    data = b"".join(begun)
    begun.clear()  # so that a long line is not held twice while it is judged
    return data.strip(SPACE)
