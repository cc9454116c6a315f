"""What is no log is told by one line; what may hold an event is read line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.errors import InputError
from okta_access.logs.beginnings import check_log, is_json
from okta_access.logs.events import events_of
from okta_access.logs.rejects import Reject

EVENT = '{"eventType": "access.request.create"}'
PROSE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


def read(folder: Path, text: str) -> tuple[list[int], list[Reject]]:
    """The lines of events in a file, and what was no event."""
    file = folder / "log"
    file.write_text(text, "utf-8")
    rejects: list[Reject] = []
    return [line for line, _ in events_of(str(file), rejects.append)], rejects


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# Title\n```\n{\n  \"eventType\": \"x\"\n}\n```\n* [a](b)\n", "no line is JSON"),
        ("[section]\nkey = [1, 2]\n", "no line is JSON"),
        ("[INFO] started\n[WARN] slow\n", "no line is JSON"),
        ("[2026-01-01 00:00:00] started\n", "no line is JSON"),
        ("{% if x %}\n{{ y }}\n", "no line is JSON"),
        ("{'eventType': 'access.request.create'}\n", "no line is JSON"),
        (f"Jan 1 host okta: {EVENT}\n" * 3, "JSON behind something else on its lines"),
        (f"[INFO] {EVENT}\n" * 3, "JSON behind something else on its lines"),
    ],
)  # fmt: skip
def test_a_text_is_no_log(tmp_path: Path, text: str, kind: str) -> None:
    with pytest.raises(InputError, match=kind):
        read(tmp_path, text)


@pytest.mark.parametrize("before", ["[INFO] started", "{% raw %}", "Dear all,", "[section]"])
def test_an_event_among_prose_is_read(tmp_path: Path, before: str) -> None:
    lines, rejects = read(tmp_path, f"{before}\n{EVENT}\nthe end\n")
    assert lines == [2]
    assert {reject.place.line for reject in rejects} == {1, 3}


@given(before=st.lists(PROSE, max_size=3), indent=st.text(" \t", max_size=3))
def test_a_line_that_begins_as_an_object_does_makes_a_log(before: list[str], indent: str) -> None:
    check_log("\n".join([*before, f"{indent}{EVENT}"]).encode(), "log")


@given(st.dictionaries(st.text(max_size=5), JSON) | st.lists(JSON))
def test_every_object_and_array_is_json_by_its_beginning(value: object) -> None:
    for indent in (None, 2):
        text = json.dumps(value, indent=indent, ensure_ascii=False).encode()
        assert is_json(text)
