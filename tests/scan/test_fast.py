"""The fast way through JSON Lines says what the slow way says, on lines of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.template import template_event
from okta_access.errors import InputError
from okta_access.logs.record import Record
from okta_access.logs.rejects import Reject
from okta_access.rules.model import Level
from okta_access.scan import prefilter, search
from okta_access.scan.engine import Scan
from okta_access.scan.prefilter import needles_of, prefiltered
from okta_access.scan.run import scan_files
from okta_access.scan.tally import Tally, TimeRange
from tests.builders.hostile import JUNK
from tests.builders.packaged import CATALOG, RULES
from tests.builders.strategies import events


def compact(event: dict[str, Any]) -> str:
    return json.dumps(event, separators=(",", ":"))


def backwards(event: dict[str, Any]) -> str:
    return json.dumps(dict(reversed(event.items())), ensure_ascii=False)


def spaced(event: dict[str, Any]) -> str:
    return " \t" + json.dumps(event, separators=(" ,\t", " : ")) + " "


def escaped(event: dict[str, Any]) -> str:
    """Every letter of the type by its number, as JSON may write it."""
    text = str(event.get("eventType"))
    letters = "".join(f"\\u{ord(letter):04x}" for letter in text)
    return compact(event).replace(f'"{text}"', f'"{letters}"', 1)


def wrapped(event: dict[str, Any]) -> str:
    return json.dumps({"result": {"_raw": escaped(event)}})


def bridged(event: dict[str, Any]) -> str:
    return json.dumps({"detail": event, "source": "aws.partner/okta.com"})


def hidden(event: dict[str, Any]) -> str:
    """An event of another type that quotes this one."""
    return compact({"eventType": "user.session.start", "note": compact(event), "inner": event})


def twice(event: dict[str, Any]) -> str:
    """The type stands twice; the last counts."""
    return f'{{"eventType":"user.session.start",{compact(event)[1:]}'


def cut(event: dict[str, Any]) -> str:
    return compact(event)[:-1]


def cut_in_braces(event: dict[str, Any]) -> str:
    return compact(event)[:-2] + "}"


FORMS = (
    compact, backwards, spaced, escaped, wrapped, bridged, hidden, twice, cut, cut_in_braces,
)  # fmt: skip
lines = st.one_of(
    st.builds(
        lambda form, event: form(event).encode("utf-8", "surrogatepass"),
        st.sampled_from(FORMS),
        events(),
    ),
    st.sampled_from(JUNK),
)
logs = st.builds(
    lambda found, end, last: end.join(found) + last,
    st.lists(lines, max_size=8),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from([b"", b"\n"]),
)
ranges = st.sampled_from([TimeRange(), TimeRange(until=0), TimeRange(since=0)])


def scanned(
    path: Path, range_: TimeRange, *, strict: bool
) -> tuple[list[dict[str, Any]], list[Reject], Tally]:
    scan = Scan(RULES, CATALOG, Level.INFORMATIONAL, range_)
    rejects: list[Reject] = []
    missing: list[InputError] = []
    found = scan_files(scan, (str(path),), rejects.append, missing.append, strict=strict)
    alerts = [alert.as_dict() for alert in found]
    begins = {b"".join(line.split())[:2] for line in path.read_bytes().split(b"\n")}
    assert missing == [] or begins.isdisjoint((b'{"', b"[{"))
    return alerts, rejects, scan.tally


@given(logs, ranges)
def test_the_fast_way_is_the_slow_way(
    tmp_path_factory: pytest.TempPathFactory, log: bytes, range_: TimeRange
) -> None:
    path = tmp_path_factory.getbasetemp() / "log.jsonl"
    path.write_bytes(log)
    alerts, rejects, tally = scanned(path, range_, strict=False)
    strict_alerts, strict_rejects, strict_tally = scanned(path, range_, strict=True)
    assert alerts == strict_alerts
    unlooked = [reject for reject in strict_rejects if reject not in rejects]
    assert [reject for reject in strict_rejects if reject in rejects] == rejects
    assert all(b"access.re" not in reject.data and reject.data[:1] == b"{" for reject in unlooked)
    assert tally.others + tally.passed_over == strict_tally.others + len(unlooked)
    for told in (tally, strict_tally):
        told.others = told.passed_over = 0
    assert tally == strict_tally


class _Lines:
    """Settles the lines that end so; notes which it was asked about."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.types = frozenset({"ab.c", "ab.d", "x"})
        self.asked: list[tuple[int, bytes]] = []

    def settled_by_text(self, data: bytes, line: int) -> bool:
        self.asked.append((line, data))
        return data.endswith(b'"}\n')


pieces = st.sampled_from(
    [b"{", b"}", b"}\n{", b"}\n{", b"}\n{", b"}\r\n{", b"\n", b"\r", b" ", b"a", b'"',
     b"{\\u0061b.}\n{", b'"ab."', b"ab", b".", b"x", b"\\", b"u", b"\0", b"\xef\xbb\xbf", b"y" * 9],
)  # fmt: skip


@given(st.lists(pieces, max_size=60).map(b"".join), st.integers(1, 70), st.integers(70, 90))
@pytest.mark.parametrize("fast", {search.FAST, False})
def test_blocks_are_as_good_as_lines(fast: bool, log: bytes, block: int, longest: int) -> None:
    found = []
    for by_blocks in (True, False):
        judge = _Lines()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prefilter, "BLOCK", block)
            patch.setattr(prefilter, "LONGEST", longest)
            patch.setattr(search, "FAST", by_blocks)
            if not fast:
                patch.setattr(search, "find", bytearray.find)
                patch.setattr(search, "count", bytearray.count)
            stream: BufferedReader = BufferedReader(BytesIO(log), 16)
            records = [(one.line, one.data) for one in prefiltered(stream, 7, judge)]
        found.append((records, judge.asked, judge.tally))
    assert found[0] == found[1]


class _Torn(BytesIO):
    """A log that cannot be read to its end."""

    def __init__(self, log: bytes, error: Exception) -> None:
        super().__init__(log)
        self._error = error

    def readinto(self, buffer: Any) -> int:
        if not (got := super().readinto(buffer)):
            raise self._error
        return got


def test_what_comes_before_a_failure_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    log = b'{"ab.c"}\n{"u"}\n{"ab.d" }\n{"u"}\n'
    monkeypatch.setattr(prefilter, "BLOCK", len(log))
    for error in (EOFError("cut"), OSError("gone")):
        judge = _Lines()
        records = prefiltered(BufferedReader(_Torn(log, error)), 1, judge)
        assert next(records) == Record(3, b'{"ab.d" }')
        if isinstance(error, EOFError):
            assert [one.line for one in records] == [4]
        else:
            with pytest.raises(OSError, match="gone"):
                next(records)
        assert judge.asked == [(1, b'{"ab.c"}\n'), (3, b'{"ab.d" }\n')]
        assert judge.tally.passed_over == 2


def test_what_a_pipe_has_given_does_not_wait_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "BROKEN_STREAM", ())
    torn = _Torn(b'{"ab.c" }\n', EOFError("asked for more"))
    records = prefiltered(BufferedReader(torn), 1, _Lines())
    assert next(records) == Record(1, b'{"ab.c" }')


def test_a_line_without_an_end_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefilter, "LONGEST", 100)
    long = b'{"eventType":"access.request.create","x":"' + b"x" * 250 + b'"}'
    fit = b'{"eventType":1,"x":"access.request."}'
    log = b"\n".join([long, fit, b'{"eventType":"user.session.start"}', long])
    scan = Scan(RULES, CATALOG, Level.LOW)
    scan.next_file("x")
    found = [*prefiltered(BufferedReader(BytesIO(log)), 1, scan)]
    assert [(one.line, len(one.data) <= 100) for one in found] == [(1, True), (2, True), (4, True)]
    assert scan.tally.passed_over == 1


@pytest.mark.parametrize(
    ("types", "needles"),
    [
        (None, None),
        ((), None),
        (("a.b",), (b"a.b",)),
        (("a.bc", "a.bd", "c.x"), (b"a.b", b"c.x")),
        (("ab", "cd"), (b"ab", b"cd")),
        (('a"b.c', 'a"b.d'), (b"a",)),
        (("ü.a",), None),
        (('"x',), None),
        (tuple(f"{letter}.x" for letter in "abcdefghi"), None),
    ],
)
def test_needles(types: tuple[str, ...] | None, needles: tuple[bytes, ...] | None) -> None:
    assert needles_of(types) == needles


@given(st.sets(st.text(st.sampled_from('ab."ü\\/'), min_size=1), max_size=6))
def test_every_type_written_plainly_or_with_an_escape_is_noticed(types: set[str]) -> None:
    needles = needles_of(types)
    for name in types if needles else ():
        for written in _written(name):
            seen = any(needle in written for needle in needles or ())
            assert seen or b"\\u" in written


def _written(name: str) -> Iterator[bytes]:
    yield json.dumps(name).encode()
    yield json.dumps(name, ensure_ascii=False).encode()
    yield json.dumps(json.dumps(name, ensure_ascii=False), ensure_ascii=False).encode()
    yield json.dumps(name, ensure_ascii=False).replace("/", "\\/").encode()


@pytest.mark.parametrize("strict", [False, True])
def test_fields_that_no_event_holds(tmp_path: Path, strict: bool) -> None:
    path = tmp_path / "log.jsonl"
    event = template_event(CATALOG, "access.request.create")
    event["client"] = {"ipAddress": "192.0.2.1", "userAgent": None, "geographicalContext": {}}
    del event["target"]
    path.write_text(json.dumps(event) + "\n" + json.dumps({**event, "eventType": "other"}) + "\n")
    scan = Scan(RULES, CATALOG, Level.LOW)
    assert [*scan_files(scan, (str(path),), print, print, strict=strict)] == []
    never = scan.never_seen()
    assert {"target.id", "client.geographicalContext.country"} <= {*never}
    assert not {"actor.id", "client.ipAddress", "eventType"} & {*never}
    assert all(never.values())
