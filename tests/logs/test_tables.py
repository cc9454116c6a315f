"""CSV of Okta's console, Splunk and Kibana: the events again, and what no column holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.errors import InputError
from okta_access.logs import tables
from okta_access.logs.events import read_events
from okta_access.logs.find import Wanted, events_at
from okta_access.logs.pieces import pieces_of
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.logs.rejects import Reject

CATALOG = load_catalog()
PATHS = [field.path for field in (*CATALOG.fields.values(), *CATALOG.envelope.values())]
EVENT: Event = {
    "eventType": "access.request.create",
    "uuid": "u1",
    "published": "2026-03-05T02:14:12.402Z",
    "actor": {"id": "00u1", "type": "User", "alternateId": "ann@example.com", "displayName": "Lee"},
    "target": [{"id": "a1", "type": "REQUEST"}, {"id": "a2", "type": "REQUEST"}],
    "outcome": {"result": "SUCCESS"},
    "client": {"ipAddress": "192.0.2.1", "userAgent": {"rawUserAgent": 'a, "b"\nc'}},
    "securityContext": {"isProxy": True},
}
CONSOLE = """\
severity,event_type,uuid,timestamp,actor.id,actor.type,actor.alternate_id,actor.display_name,\
outcome.result,outcome.reason,client.ip_address,client.user_agent.raw_user_agent,target0.id,\
target0.type,target1.id,target1.type
INFO,access.request.create,u1,2026-03-05T02:14:12.402Z,00u1,User,ann@example.com,Lee,\
SUCCESS,,192.0.2.1,"a, ""b""
c",a1,REQUEST,a2,REQUEST
"""
SPLUNK = """\
_time;eventType;uuid;published;actor.id;actor.type;actor.alternateId;actor.displayName;\
outcome.result;outcome.reason;client.ipAddress;client.userAgent.rawUserAgent;target{}.id;\
target{}.type;securityContext.isProxy
1;access.request.create;u1;2026-03-05T02:14:12.402Z;00u1;User;ann@example.com;Lee;\
SUCCESS;null;192.0.2.1;"a, ""b""
c";"a1
a2";"REQUEST
REQUEST";true
"""
KIBANA = """\
"@timestamp","okta.event_type","okta.uuid","okta.actor.id","okta.actor.type",\
"okta.actor.alternate_id","okta.actor.display_name","okta.outcome.result","okta.outcome.reason",\
"okta.client.ip","okta.client.user_agent.raw_user_agent","okta.target.id","okta.target.type",\
"okta.security_context.is_proxy"
"Mar 5, 2026 @ 02:14:12.402","access.request.create",u1,00u1,User,ann@example.com,Lee,SUCCESS,-,\
192.0.2.1,"a, ""b""
c","a1, a2","REQUEST, REQUEST",true
"""


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def seen(event: Event) -> dict[str, tuple[str, ...]]:
    found = {path: texts(event, path, CATALOG) for path in PATHS}
    return {path: held for path, held in found.items() if held}


def read(path: Path, text: str | bytes) -> tuple[list[tuple[int, Event]], list[str], list[str]]:
    """The events with their lines, the rejects, and what is told of the file."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    rejects: list[Reject] = []
    missing: list[InputError] = []
    notes: list[str] = []
    reading = Reading(on_note=notes.append)
    found = read_events((str(path),), rejects.append, missing.append, reading=reading)
    events = [(place.line, event) for place, event in found]
    said = [f"{one.place.line}: {one.reason}" for one in rejects]
    return events, said, [*notes, *map(str, missing)]


WRAPPED = [
    (CONSOLE, "Okta's console", "it has no column for"),
    (SPLUNK, "Splunk", "it has no column for"),
    (KIBANA, "Kibana", "times it shows are taken as UTC"),
    (written([["_time", "_raw"], ["1", json.dumps(EVENT)]]), "", ""),
    (written([["_time", "event.original"], ["1", json.dumps(EVENT)]], ";"), "", ""),
]


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n\n"])
@pytest.mark.parametrize(("text", "product", "lost"), WRAPPED)
def test_the_event_again(tmp_path: Path, before: bytes, text: str, product: str, lost: str) -> None:
    path = tmp_path / "log.csv"
    ((line, event),), rejects, notes = read(path, before + text.encode())
    assert rejects == []
    assert line == 2 + before.count(b"\n")
    expected = seen(EVENT)
    if product == "Okta's console":
        del expected["securityContext.isProxy"]
        assert "securityContext.isProxy" in notes[0]
    if product == "Kibana":
        expected["published"] = ("2026-03-05T02:14:12.402",)
    assert seen(event) == expected
    assert [lost in note and product in note for note in notes] == [True] * bool(product)
    assert events_at([Wanted(Place(str(path), line), "u1")]) == ((event, 1),)


def test_the_time_of_splunk_stands_for_what_is_missing(tmp_path: Path) -> None:
    rows = [["_time", "eventType"], ["2026-03-05T02:14:12.402+0000", "access.request.create"]]
    ((_, event),), _, _ = read(tmp_path / "log.csv", written(rows))
    assert seen(event) == {
        "eventType": ("access.request.create",),
        "published": ("2026-03-05T02:14:12.402+0000",),
    }


@pytest.fixture
def limit() -> Iterator[None]:
    """The module `csv` has one limit for everybody."""
    before = csv.field_size_limit()
    yield
    csv.field_size_limit(before)


def test_what_is_no_row_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: None
) -> None:
    head = b"_time,eventType\n"
    rows = b"1,a\n\n1\n1,a,b\n1,\xff\n,\n1,\n1,b\n"
    events, rejects, _ = read(tmp_path / "log.csv", head + rows)
    assert [(line, event["eventType"]) for line, event in events] == [(2, "a"), (9, "b")]
    assert rejects == [
        "4: a row of 1 cells, under a header of 2",
        "5: a row of 3 cells, under a header of 2",
        "6: not UTF-8",
        "8: eventType is missing or no text",
    ]
    monkeypatch.setattr(tables, "LONGEST", 100)
    events, rejects, _ = read(tmp_path / "log.csv", head + b'1,a\n1,"b\n' + b"1,c\n" * 100)
    assert [line for line, _ in events] == [2]
    (said,) = rejects
    assert said.startswith("3: the table cannot be read on: field larger than field limit (100)")


def test_a_table_is_never_cut_into_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("okta_access.logs.pieces.PIECE", 10)
    (tmp_path / "log.csv").write_text(CONSOLE * 2)
    assert pieces_of(str(tmp_path / "log.csv")) == ()


NO_LOGS: list[tuple[bytes, str]] = [
    (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "it is a PDF"),
    (b"<!DOCTYPE html><html>\n<body>", "it is a web page or XML"),
    (b"\x7fELF\x02\x01\x00\n\xff\xfe more than that", "it is binary"),
    (b"text\0text\n", "it is binary"),
    (b"text\rtext\n", "no line is JSON"),
    (b"text" * 50_000, "no line is JSON"),
    (b"root:x:0:0:root:/root:/bin/bash\nbin:x:1:1::/:/bin/sh\n", "no line is JSON"),
    (b"name,price,number\na,1,2\n", "a table without the columns"),
    ("Größe\n".encode() * 20_000, "no line is JSON"),
]


@pytest.mark.parametrize(("data", "said"), NO_LOGS)
def test_what_is_no_log_is_one_line_with_advice(tmp_path: Path, data: bytes, said: str) -> None:
    events, rejects, told = read(tmp_path / "file", data)
    assert (events, rejects) == ([], [])
    (line,) = told
    assert said in line
    assert line.endswith("(with event.original))")


def test_a_line_of_json_makes_it_a_log(tmp_path: Path) -> None:
    event: dict[str, Any] = {"eventType": "a"}
    events, rejects, told = read(tmp_path / "file", b"begin\n" + json.dumps(event).encode())
    assert events == [(2, event)]
    assert [one.partition(":")[0] for one in rejects] == ["1"]
    assert told == []
