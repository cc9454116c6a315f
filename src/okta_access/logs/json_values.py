"""JSON values however they are laid out → records: each object, and each member of an array.

Between arrays values follow each other, with or without commas and line ends. Whatever else stands
between values is a record too, so that nothing is lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BufferedReader

from okta_access.logs.layout import SPACE, TEXT, end_of
from okta_access.logs.record import LONGEST, Record, Unread

CHUNK = 1 << 17
_OPENING = b"{["
_CLOSING = b"}]"
# The next bracket, between values also a comma; no match where a text is not all there yet.
_MARK = re.compile(rb'(?:[^"{}\[\],]++|' + TEXT + rb")*+([{}\[\],])", re.DOTALL)
_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|' + TEXT + rb")*+([{}\[\]])", re.DOTALL)


class Values:
    """A stream of values, which stands on ``line``."""

    def __init__(self, stream: BufferedReader, line: int) -> None:
        self._stream = stream
        self._buffer = b""
        self._line = line  # on which the byte `_counted` stands
        self._counted = 0
        self._begin = 0  # of what was not given out yet
        self._scanned = 0
        self._depth = 0
        self._inner = 0  # the depth between values: 1 in an array, else 0
        self._closed = 0  # arrays read to their end

    def all(self) -> Iterator[Record]:
        """The records up to the end of the stream."""
        return self._read(one_array=False)

    def first_array(self) -> Iterator[Record]:
        """The records of an array inside a search's response; what follows it must end that."""
        return self._read(one_array=True)

    def _read(self, *, one_array: bool) -> Iterator[Record]:
        while True:
            yield from self._whole_values(one_array=one_array)
            if one_array and self._closed:
                yield from self._behind()
                return
            if len(self._buffer) - self._begin > LONGEST:
                reason = (
                    f"a value of more than {LONGEST:,} bytes begins here, or its end is missing; "
                    "the rest of the file is not read"
                )
                yield self._found(self._begin, Unread(self._buffer[self._begin :], reason))
                return
            if not self._more():
                break
        torn = self._depth > self._inner
        yield from self._record(len(self._buffer))
        if self._inner and not torn:
            unread = Unread(b"", "the array is not closed: the file ends too early")
            yield self._found(len(self._buffer.rstrip(SPACE)), unread)

    def _whole_values(self, *, one_array: bool) -> Iterator[Record]:
        """The records that end in what is at hand."""
        while not (one_array and self._closed):
            between = self._depth == self._inner
            mark = (_MARK if between else _BRACKET).match(self._buffer, self._scanned)
            if mark is None:
                return
            self._scanned = mark.end()
            if between:
                yield from self._between(mark[1], mark.start(1))
                continue
            self._depth += 1 if mark[1] in _OPENING else -1
            if self._depth == self._inner:
                yield from self._record(self._scanned)

    def _between(self, mark: bytes, place: int) -> Iterator[Record]:
        """A mark between values: one begins, or an array begins or ends."""
        yield from self._record(place)
        if mark == b"[" and not self._inner:
            self._inner = self._depth = 1
        elif mark in _OPENING:
            end = end_of(self._buffer, place)
            if end is not None:
                yield from self._record(end)
            else:
                self._depth += 1
                self._scanned = place + 1
            return
        elif mark == b"]" and self._inner:
            self._inner = self._depth = 0
            self._closed += 1
        elif mark in _CLOSING:
            yield from self._record(place + 1)
        self._begin = self._scanned = place + 1

    def _record(self, end: int) -> Iterator[Record]:
        """What was not given out yet, up to there, where it is more than white space."""
        data = self._buffer[self._begin : end]
        stripped = data.lstrip(SPACE)
        if stripped:
            yield self._found(end - len(stripped), stripped.rstrip(SPACE))
        self._begin = self._scanned = end

    def _found(self, place: int, data: bytes) -> Record:
        self._line += self._buffer.count(b"\n", self._counted, place)
        self._counted = place
        return Record(self._line, data)

    def _more(self) -> bool:
        """Read on; False at the end. What was given out is dropped."""
        self._line += self._buffer.count(b"\n", self._counted, self._begin)
        self._buffer = self._buffer[self._begin :]
        self._scanned -= self._begin
        self._begin = self._counted = 0
        # As much again as is held: so the work stays linear where one value is very long.
        chunk = self._stream.read1(max(CHUNK, len(self._buffer)))
        self._buffer += chunk
        return bool(chunk)

    def _behind(self) -> Iterator[Record]:
        """What follows the array of a response: brackets that close it, perhaps more members."""
        while True:
            rest = self._buffer[self._begin :].lstrip(SPACE + _CLOSING)
            self._begin = len(self._buffer) - len(rest)
            if rest:
                break
            if not self._more():
                return
        if not rest.startswith(b","):
            reason = "of several responses in a file only the first is read"
            yield self._found(self._begin, Unread(rest, reason))
