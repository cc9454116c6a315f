"""Records: the same values from every layout, each on the line where it begins."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.scan import records as module
from okta_access.scan.decode import NoEvent, decode
from okta_access.scan.records import Record, records

TEXTS = st.text(alphabet='ab"\\[]{},:\n\u00e9\U0001f600', max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(
    st.dictionaries(TEXTS, VALUES, max_size=3).map(lambda e: {"eventType": "x", **e}), max_size=5
)


def read(data: bytes) -> list[Record]:
    return list(records(io.BufferedReader(io.BytesIO(data))))


def values(data: bytes) -> list[Any]:
    return [json.loads(record.data) for record in read(data)]


@given(EVENTS, st.sampled_from([None, 1]), st.sampled_from([3, 7, 1 << 16]))
def test_an_array_however_it_is_laid_out(
    events: list[dict[str, Any]], indent: int | None, chunk: int
) -> None:
    data = json.dumps(events, indent=indent, ensure_ascii=False).encode()
    whole, module.CHUNK = module.CHUNK, chunk
    try:
        found = read(b"\n \n" + data + b"\n")
    finally:
        module.CHUNK = whole
    assert [json.loads(record.data) for record in found] == events
    lines = (b"\n \n" + data).split(b"\n")
    for record in found:
        assert record.data.split(b"\n")[0].strip(b" \r") in lines[record.line - 1]


@given(EVENTS)
def test_json_lines(events: list[dict[str, Any]]) -> None:
    lines = [json.dumps(event, ensure_ascii=False).encode() for event in events]
    found = read(b"\r\n\r\n".join(lines))
    assert [json.loads(record.data) for record in found] == events
    assert [record.line for record in found] == [2 * n + 1 for n in range(len(events))]


@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), max_size=4))
def test_values_over_several_lines(events: list[dict[str, Any]]) -> None:
    assert values("\n".join(json.dumps(e, indent=2) for e in events).encode()) == events


@given(st.binary(max_size=80) | st.text(alphabet='[]{}",:\\ \n1a', max_size=40).map(str.encode))
def test_nothing_is_lost_and_nothing_raises(data: bytes) -> None:
    for record in read(data):
        decode(record.data)
    kept = b"".join(record.data for record in read(data))
    if data.lstrip(b" \t\r\n")[:1] not in (b"[", b"{"):
        strip = bytes.maketrans(b"", b"")
        space = b" \t\r\n"
        assert kept.translate(strip, space) == data.translate(strip, space)


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b'{"eventType": "a"', 1, "not JSON"),
        (b'[{"eventType": "a"},\n', 1, "not closed"),
        (b'[\n{"eventType": "a"}\n', 2, "not closed"),
        (b'[\n{"eventType": "a', 2, "not JSON"),
        (b'\n"x"', 2, "a JSON text"),
        (b"5", 1, "a JSON number"),
        (b"null", 1, "a JSON null"),
        (b'{"eventType": 5}', 1, "eventType is missing"),
        (b'{"eventType": ""}', 1, "eventType is missing"),
        (b'{"eventtype": "a"}', 1, "eventType is missing"),
        (b'{"eventType": "a", "x": NaN}', 1, "NaN is no JSON"),
        (b'{"eventType": "\xff"}', 1, "not UTF-8"),
        (b'{"result": {"_raw": "{"}}', 1, "inside its envelope"),
    ],
)
def test_what_is_no_event_is_named(data: bytes, line: int, reason: str) -> None:
    found = [(record.line, decode(record.data)) for record in read(data)]
    place, problem = found[-1]
    assert isinstance(problem, NoEvent)
    assert reason in problem.reason
    assert place == line


@pytest.mark.parametrize(
    "data",
    [
        b'{"eventType": "a", "n": ' + b"9" * 5000 + b"}",
        b'{"eventType": "a", "x": "\\ud800"}',
        b'{"eventType": "z", "eventType": "a"}',
        b'{"detail-type": "x", "detail": {"eventType": "a"}}',
        b'{"preview": false, "result": {"_raw": "{\\"eventType\\": \\"a\\"}"}}',
        b'{"result": {"eventType": "a"}}',
        b'{"_source": {"event": {"original": "{\\"eventType\\": \\"a\\"}"}}}',
        b'{"event": {"original": "{\\"eventType\\": \\"a\\"}"}}',
    ],
)
def test_is_an_event_all_the_same(data: bytes) -> None:
    event = decode(data)
    assert isinstance(event, dict)
    assert event["eventType"] == "a"


def test_deep_nesting_is_no_crash() -> None:
    found = decode(b'{"eventType": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert isinstance(found, NoEvent)
