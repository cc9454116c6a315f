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
from okta_access.scan.search import find

BLOCK = 1 << 18
"""Bytes that are searched at once; they stay in a processor's cache meanwhile."""

_TOGETHER = 1 << 18  # bytes of lines that are judged one after the other: code and data stay near
_SPARSE = 0.8  # of lines that are passed over; with fewer, line by line is as fast

_BRACE = ord("{")
_ENDS = (b"}\n", b"}\r\n")
_SEAM, _SEAM_CRLF = (end + b"{" for end in _ENDS)
_ESCAPE = b"\\u"
_BACKSLASH = ord("\\")
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
        self._waiting: list[tuple[int, bytes]] = []  # lines to be judged, with their numbers
        self._size = 0  # of these lines

    def one_by_one(self) -> Iterator[Record]:
        """The records to be seen, line by line."""
        return self._looked_at(iter(partial(self._stream.readline, LONGEST), b""))

    def by_blocks(self) -> Iterator[Record]:
        """The same records, at the speed of the search."""
        try:
            yield from self._blocks()
        except (*BROKEN_STREAM, OSError):
            yield from self._judged()  # what came before is good
            raise

    def _blocks(self) -> Iterator[Record]:
        buffer = bytearray(min(BLOCK, LONGEST))
        view = memoryview(buffer)
        held = 0  # bytes of a line that is not all there yet
        tally, sparse = self._judge.tally, True
        while got := self._read_into(view[held:]):
            paused = held + got < len(view)  # a pipe may give nothing more for a while
            end = buffer.rfind(b"\n", held, held + got) + 1
            held += got
            if end:
                number, passed = self.number, tally.passed_over
                if sparse:
                    yield from self._block(buffer, view, end)
                else:
                    yield from self._looked_at(BytesIO(view[:end]))
                if paused or self._size >= _TOGETHER:
                    yield from self._judged()
                passed = tally.passed_over - passed
                sparse = passed >= _SPARSE * (self.number - number)
                view[: held - end] = view[end:held]
                held -= end
            elif held == len(buffer):
                line = bytes(buffer) + self._stream.readline(LONGEST - held)
                self._buffered = True
                yield from self._looked_at((line,))
                held = 0
        yield from self._looked_at((bytes(view[:held]),) if held else ())

    def _read_into(self, view: memoryview) -> int:
        """Read on, past the stream's own buffer once that is empty: this saves a copy."""
        if not self._buffered:
            return self._stream.raw.readinto(view) or 0
        data = self._stream.read1(len(view))
        view[: len(data)] = data
        self._buffered = len(data) == len(view)  # there may be more of it
        return len(data)

    def _looked_at(self, lines: Iterable[bytes]) -> Iterator[Record]:
        yield from self._judged()
        needle, others = self._needles[0], self._needles[1:]
        settled, tally = self._judge.settled_by_text, self._judge.tally
        # Python's own ``needle in line`` raises and drops an error before it searches for bytes.
        for line in lines:
            number = self.number
            self.number += 1
            if (
                find(line, needle) < 0
                and line[0] == _BRACE
                and line.endswith(_ENDS)
                and not (others and any(find(line, other) >= 0 for other in others))
                and not (_BACKSLASH in line and find(line, _ESCAPE) >= 0)
            ):
                tally.passed_over += 1
            elif len(line) == LONGEST and not line.endswith(b"\n"):
                yield Record(number, _too_long(line, self._stream))
            elif not settled(line, number) and (data := line.strip(SPACE)):
                yield Record(number, data)

    def _block(self, block: bytearray, view: memoryview, end: int) -> Iterator[Record]:
        """The records among the whole lines with which a block begins, unless they can wait."""
        cut: list[tuple[int, bytes]] = []
        number, at, size = self.number, 0, 0
        for start, stop in self._to_be_seen(block, end):
            number += search.count(block, b"\n", at, start)
            cut.append((number, bytes(view[start:stop])))
            number, at = number + 1, stop
            size += stop - start
        number += search.count(block, b"\n", at, end)
        lines = number - self.number
        if not _all_in_braces(block, end, lines):
            yield from self._looked_at(BytesIO(view[:end]))
            return
        self.number = number
        self._judge.tally.passed_over += lines - len(cut)
        self._waiting += cut
        self._size += size

    def _judged(self) -> Iterator[Record]:
        """The records among the lines that wait to be judged."""
        settled = self._judge.settled_by_text
        for number, data in self._waiting:
            if not settled(data, number):
                yield Record(number, data.strip(SPACE))
        self._waiting.clear()
        self._size = 0

    def _to_be_seen(self, block: bytearray, end: int) -> list[tuple[int, int]]:
        """Where lines begin and end that hold one of the texts, in their order."""
        # One byte is found faster than two, and hardly a log has any.
        escaped = search.find(block, b"\\", 0, end) >= 0
        needles = (*self._needles, _ESCAPE) if escaped else self._needles
        found: list[tuple[int, int]] = []
        for needle in needles:
            at = 0
            while (hit := search.find(block, needle, at, end)) >= 0:
                at = block.find(b"\n", hit) + 1
                found.append((block.rfind(b"\n", 0, hit) + 1, at))
        return sorted({*found}) if len(needles) > 1 else found


def _all_in_braces(block: bytearray, end: int, lines: int) -> bool:
    """Whether each of the lines with which a block begins, so many, is between braces."""
    if block[0] != _BRACE or not block.endswith(_ENDS, 0, end):
        return False
    seams = search.count(block, _SEAM, 0, end)
    if seams != lines - 1:
        seams += search.count(block, _SEAM_CRLF, 0, end)
    return seams == lines - 1


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
