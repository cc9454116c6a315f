"""Records: the same values from every layout, each on the line where it begins."""

import io
import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_access.logs import json_values as values_module
from okta_access.logs import records as lines_module
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.records import Record, Unread, records

TEXTS = st.text(alphabet='ab"\\[]{},:\n\u00e9\U0001f600', max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(
    st.dictionaries(TEXTS, VALUES, max_size=3).map(lambda e: {"eventType": "x", **e}), max_size=5
)


CHUNKS = st.sampled_from([1, 3, 7, 1 << 16])
JOINTS = b" \t\r\n,[]"  # what may stand between values, and in no record


def read(data: bytes, chunk: int = 1 << 16) -> list[Record]:
    """The records, read in pieces of that size."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (lines_module, values_module):
            patch.setattr(module, "CHUNK", chunk)
        return list(records(io.BufferedReader(io.BytesIO(data))))


def values(data: bytes, chunk: int = 1 << 16) -> list[Any]:
    return [json.loads(record.data) for record in read(data, chunk)]


@settings(max_examples=40)
@given(EVENTS, st.sampled_from([None, 1]), CHUNKS)
def test_an_array_however_it_is_laid_out(
    events: list[dict[str, Any]], indent: int | None, chunk: int
) -> None:
    data = json.dumps(events, indent=indent, ensure_ascii=False).encode()
    found = read(b"\n \n" + data + b"\n", chunk)
    assert [json.loads(record.data) for record in found] == events
    lines = (b"\n \n" + data).split(b"\n")
    for record in found:
        assert record.data.split(b"\n")[0].strip(b" \r") in lines[record.line - 1]


@settings(max_examples=40)
@given(EVENTS, CHUNKS)
def test_json_lines(events: list[dict[str, Any]], chunk: int) -> None:
    lines = [json.dumps(event, ensure_ascii=False).encode() for event in events]
    found = read(b"\r\n\r\n".join(lines), chunk)
    assert [json.loads(record.data) for record in found] == events
    assert [record.line for record in found] == [2 * n + 1 for n in range(len(events))]


@settings(max_examples=40)
@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), max_size=4), CHUNKS)
def test_values_over_several_lines(events: list[dict[str, Any]], chunk: int) -> None:
    assert values("\n".join(json.dumps(e, indent=2) for e in events).encode(), chunk) == events


@settings(max_examples=40)
@given(EVENTS, st.sampled_from([b"", b",", b" ", b",\n"]), CHUNKS)
def test_values_one_after_another(events: list[dict[str, Any]], joint: bytes, chunk: int) -> None:
    """Firehose delivers objects without a line end; an array that lost its brackets has commas."""
    assert values(joint.join(json.dumps(event).encode() for event in events), chunk) == events


@settings(max_examples=40)
@given(st.lists(EVENTS, min_size=1, max_size=3), st.sampled_from([b"", b"\n"]), CHUNKS)
def test_pages_one_after_another(
    pages: list[list[dict[str, Any]]], joint: bytes, chunk: int
) -> None:
    data = joint.join(json.dumps(page).encode() for page in pages)
    assert values(data, chunk) == [event for page in pages for event in page]


@settings(max_examples=40)
@given(EVENTS, st.sampled_from([None, 1]), CHUNKS, st.booleans())
def test_the_response_of_a_search(
    events: list[dict[str, Any]], indent: int | None, chunk: int, more: bool
) -> None:
    hits = {"total": {"value": 9, "relation": "eq"}, "max_score": None, "hits": events}
    answer = {"took": 5, "_shards": {"total": 1, "skipped": [0]}, "hits": hits}
    answer |= {"aggregations": {"a": [1]}} if more else {}
    results = {"preview": False, "messages": [{"a": "}"}], "results": events}
    for response in (answer, results):
        assert values(json.dumps(response, indent=indent).encode(), chunk) == events


def test_two_responses_in_a_file_are_named() -> None:
    response = b'{"hits": {"hits": [{"_source": {"eventType": "a"}}]}}\n'
    event, other = read(response * 2)
    assert json.loads(event.data) == {"_source": {"eventType": "a"}}
    assert isinstance(other.data, Unread)
    assert (other.line, other.data.reason) == (
        2,
        "of several responses in a file only the first is read",
    )


@given(
    st.binary(max_size=80) | st.text(alphabet='[]{}",:\\ \n1a', max_size=60).map(str.encode),
    CHUNKS,
)
def test_nothing_is_lost_and_nothing_raises(data: bytes, chunk: int) -> None:
    found = read(data, chunk)
    for record in found:
        decode(record.data)
    kept = b"".join(record.data for record in found)
    assert kept.translate(None, JOINTS) == data.translate(None, JOINTS)
    assert all(1 <= record.line <= 1 + data.count(b"\n") for record in found)


@pytest.mark.parametrize("chunk", [7, 50, 1 << 10])
@pytest.mark.parametrize("start", [b"", b'{"a": 1}\n', b"[", b'{"a": 1}{"b": 2}', b"{\n"])
def test_what_is_too_long_is_named_and_not_kept(
    start: bytes, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("record", "records", "json_values"):
        monkeypatch.setattr(f"okta_access.logs.{module}.LONGEST", 100)
    long = b'"k": "' + b"x" * 5000 + b'"}'
    found = read(start + (long if start == b"{\n" else b"{" + long) + b'\n{"c": 3}', chunk)
    unread = [record.data for record in found if isinstance(record.data, Unread)]
    assert len(unread) == 1
    assert len(unread[0]) <= 4096
    assert "100" in unread[0].reason
    in_lines = not start or start.endswith(b"}\n")
    assert (found[-1].data == b'{"c": 3}') == in_lines  # elsewhere nobody knows where it ends


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
        (b'{"result": {"_raw": "{"}}', 1, "inside its envelope: not JSON"),
        (b'{"result": {"_raw": "{\\"_raw\\": \\"x\\"}"}}', 1, "texts within texts"),
        (b"\xef\xbb\xbf\xff", 1, "not UTF-8 (byte 4"),
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
        b'\xef\xbb\xbf{"eventType": "a"}',
    ],
)
def test_is_an_event_all_the_same(data: bytes) -> None:
    event = decode(data)
    assert isinstance(event, dict)
    assert event["eventType"] == "a"


def test_deep_nesting_is_no_crash() -> None:
    found = decode(b'{"eventType": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    assert isinstance(found, NoEvent)


def test_what_could_not_be_read_keeps_its_reason_between_processes() -> None:
    before = Unread(b"x" * 9999, "why")
    after = pickle.loads(pickle.dumps(before))
    assert (type(after), after, after.reason, len(after)) == (Unread, before, "why", 4096)
