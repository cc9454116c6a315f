r"""JSON Lines at speed: most lines need no more than a look.

A line is passed over, undecoded, where it cannot be an event that any rule is about: it holds none
of the event types' texts and no ``\u`` escape, by which a type could be written otherwise. It must
have a brace at either end; whether it is JSON at all is then not known. A line that is decoded, and
for which no alert has to be written, is done with as well. All others are handed on.

Blocks of many lines are searched at once for what makes a line one to be looked at; the lines
between two of these are passed over together, where as many of them as there are begin and end with
a brace. Where that fails, and where nothing searches blocks at speed, lines are looked at one by
one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from io import BufferedReader, BytesIO
from os.path import commonprefix  # of texts, letter by letter

from okta_access.logs.inputs import BROKEN_STREAM, damage
from okta_access.logs.layout import SPACE
from okta_access.logs.record import LONGEST, Record, Unread, too_long
from okta_access.scan import search
from okta_access.scan.protocol import TextJudging

BLOCK = 1 << 18
"""Bytes that are searched at once; they stay in a processor's cache meanwhile."""

_SPARSE = 0.8  # of lines that are passed over; with fewer, line by line is as fast

_BRACE = ord("{")
_ENDS = (b"}\n", b"}\r\n")
_SEAM, _SEAM_CRLF = (end + b"{" for end in _ENDS)
_ESCAPE = b"\\u"
_MOST_NEEDLES = 8
_UNESCAPED = re.compile(r"[\w.-]*", re.ASCII)  # JSON writes these as they are, or with \u


def prefiltered(stream: BufferedReader, first: int, judge: TextJudging) -> Iterator[Record]:
    """The records that ``judge`` has to see in full; the others are counted there.

    ``first`` is the number of the line at which the stream stands.
    """
    needles = needles_of(judge.types)
    lines = _Lines(stream, first, judge, needles or (b"",))
    try:
        yield from lines.by_blocks() if needles and search.FAST else lines.one_by_one()
    except BROKEN_STREAM as error:
        yield Record(lines.number - 1, Unread(b"", damage(error)))


class _Lines:
    """The lines of a stream; ``number`` is that of the next, where the stream is to be read on."""

    def __init__(
        self, stream: BufferedReader, first: int, judge: TextJudging, needles: tuple[bytes, ...]
    ) -> None:
        self.number = first
        self._stream = stream
        self._judge = judge
        self._needles = needles
        self._buffered = True

    def one_by_one(self) -> Iterator[Record]:
        """The records to be seen, line by line."""
        return self._looked_at(iter(partial(self._stream.readline, LONGEST), b""))

    def by_blocks(self) -> Iterator[Record]:
        """The same records, at the speed of the search."""
        buffer = bytearray(min(BLOCK, LONGEST))
        view = memoryview(buffer)
        held = 0  # bytes of a line that is not all there yet
        tally, sparse = self._judge.tally, True
        while got := self._read_into(view[held:]):
            end = buffer.rfind(b"\n", held, held + got) + 1
            held += got
            if end:
                number, passed = self.number, tally.passed_over
                if sparse:
                    yield from self._block(buffer, end)
                else:
                    yield from self._looked_at(BytesIO(view[:end]))
                passed = tally.passed_over - passed
                sparse = passed >= _SPARSE * (self.number - number)
                view[: held - end] = view[end:held]
                held -= end
            elif held == len(buffer):
                line = bytes(buffer) + self._stream.readline(LONGEST - held)
                self._buffered = True
                yield from self._looked_at((line,))
                held = 0
        if held:
            yield from self._looked_at((bytes(view[:held]),))

    def _read_into(self, view: memoryview) -> int:
        """Read on, past the stream's own buffer once that is empty: this saves a copy."""
        if not self._buffered:
            return self._stream.raw.readinto(view) or 0
        data = self._stream.read1(len(view))
        view[: len(data)] = data
        self._buffered = len(data) == len(view)  # there may be more of it
        return len(data)

    def _looked_at(self, lines: Iterable[bytes]) -> Iterator[Record]:
        needle, others = self._needles[0], self._needles[1:]
        settled, tally = self._judge.settled_by_text, self._judge.tally
        for line in lines:
            number = self.number
            self.number += 1
            if (
                needle not in line
                and line[0] == _BRACE
                and line.endswith(_ENDS)
                and not (others and any(other in line for other in others))
                and not (b"\\" in line and _ESCAPE in line)
            ):
                tally.passed_over += 1
            elif len(line) == LONGEST and not line.endswith(b"\n"):
                yield Record(number, _too_long(line, self._stream))
            elif not settled(line, number) and (data := line.strip(SPACE)):
                yield Record(number, data)

    def _block(self, block: bytearray, end: int) -> Iterator[Record]:
        """The records among whole lines."""
        settled, tally = self._judge.settled_by_text, self._judge.tally
        needles = (*self._needles, _ESCAPE)
        hits = [0] * len(needles)
        at = 0
        while at < end:
            for number, needle in enumerate(needles):
                if hits[number] <= at:
                    found = search.find(block, needle, at, end)
                    hits[number] = end if found < 0 else found
            hit = min(hits)
            line = end if hit == end else block.rfind(b"\n", at, hit) + 1 or at
            if line > at:
                lines = _between_braces(block, at, line)
                if lines:
                    tally.passed_over += lines
                    self.number += lines
                else:
                    yield from self._looked_at(BytesIO(block[at:line]))
            if hit == end:
                return
            at = block.find(b"\n", hit) + 1
            data = bytes(block[line:at])
            if not settled(data, self.number):
                yield Record(self.number, data.strip(SPACE))
            self.number += 1


def _between_braces(block: bytearray, start: int, end: int) -> int:
    """How many lines these are, if each of them begins and ends with a brace; else 0."""
    lines = search.count(block, b"\n", start, end)
    if block[start] != _BRACE or not block.endswith(_ENDS, start, end):
        return 0
    seams = search.count(block, _SEAM, start, end)
    if seams != lines - 1:
        seams += search.count(block, _SEAM_CRLF, start, end)
    return lines if seams == lines - 1 else 0


def _too_long(begun: bytes, stream: BufferedReader) -> Unread:
    """What stands for a line of which this is the beginning; its rest is read and forgotten."""
    length = len(begun)
    while more := stream.readline(LONGEST):
        length += len(more)
        if more.endswith(b"\n"):
            break
    return too_long(begun, length)


def needles_of(types: Collection[str] | None) -> tuple[bytes, ...] | None:
    """Texts of which every line with an event of these types holds one, unless it has escapes.

    None where there are no such texts, or too many of them to look for.

    >>> needles_of({"access.request.create", "access.review.close", "user.session.start"})
    (b'access.re', b'user.session.start')
    """
    families: dict[str, list[str]] = {}
    for name in sorted(types or ()):
        families.setdefault(name.partition(".")[0], []).append(name)
    prefixes = [commonprefix(names) for names in families.values()]  # noqa: RUF071 - no paths
    plain = [match[0] for prefix in prefixes if (match := _UNESCAPED.match(prefix))]
    if not plain or not all(plain) or len(plain) > _MOST_NEEDLES:
        return None
    return tuple(one.encode() for one in plain)
