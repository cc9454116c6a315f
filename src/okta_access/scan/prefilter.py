r"""JSON Lines at speed: most lines need no more than a look.

A line is passed over, undecoded, where it cannot be an event that any rule is about: it holds none
of the event types' texts and no ``\u`` escape, by which a type could be written otherwise. It must
have a brace at either end; whether it is JSON at all is then not known. A line that is decoded, and
for which no alert has to be written, is done with as well. All others are handed on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial
from io import BufferedReader
from os.path import commonprefix  # of texts, letter by letter

from okta_access.logs.inputs import BROKEN_STREAM, damage
from okta_access.logs.layout import SPACE
from okta_access.logs.record import LONGEST, Record, Unread, too_long
from okta_access.scan.protocol import TextJudging

_BRACE = ord("{")
_ENDS = (b"}\n", b"}\r\n")
_MOST_NEEDLES = 8
_UNESCAPED = re.compile(r"[\w.-]*", re.ASCII)  # JSON writes these as they are, or with \u


def prefiltered(stream: BufferedReader, first: int, judge: TextJudging) -> Iterator[Record]:
    """The records that ``judge`` has to see in full; the others are counted there.

    ``first`` is the number of the line at which the stream stands.
    """
    needles = needles_of(judge.types)
    needle, others = (needles[0], needles[1:]) if needles else (b"", ())
    settled, tally = judge.settled_by_text, judge.tally
    number = first - 1
    try:
        for number, line in enumerate(iter(partial(stream.readline, LONGEST), b""), first):
            if (
                needle not in line
                and line[0] == _BRACE
                and line.endswith(_ENDS)
                and not (others and any(other in line for other in others))
                and not (b"\\" in line and b"\\u" in line)
            ):
                tally.passed_over += 1
            elif len(line) == LONGEST and not line.endswith(b"\n"):
                yield Record(number, _too_long(line, stream))
            elif not settled(line, number) and (data := line.strip(SPACE)):
                yield Record(number, data)
    except BROKEN_STREAM as error:
        yield Record(number, Unread(b"", damage(error)))


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
