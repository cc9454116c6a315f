"""Logs as they really are: each file of ``bad/`` by the command, its alerts and all it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from okta_access.cli import run
from tests.builders.files import SILENT_RULE, write

BAD = Path(__file__).parent / "bad"
WIDE = (
    "it is UTF-16 or UTF-32, which JSON is not written in "
    "(iconv -f UTF-16 -t UTF-8 makes it readable)"
)
CUT = "the compressed file is damaged or cut off after this line"
DEEP = "nested too deep to be an event"
NULS = "(NUL bytes, as a machine leaves them that lost power)"
VALUE = "not JSON: expecting value at character 1"

EXPORTS = (
    "(a log is JSON Lines, a JSON array, or the CSV of Okta's console, Splunk (with _raw) or "
    "Kibana (with event.original))"
)

# file → exit code, the uuids alerted on, and what is said: a place and a reason each
EXPECTED: dict[str, tuple[int, list[str], list[str]]] = {
    "archive.zip": (2, [], [": it is a zip archive (unzip it first)"]),
    "array-inside.json": (1, ["u1", "u2"], [f":3: {VALUE}"]),
    "array-members.json": (
        1,
        ["u1", "u2"],
        [
            ":1: a JSON number, not an object",
            ":1: a JSON text, not an object",
            ":1: a JSON null, not an object",
            ":1: eventType is missing or no text",
            f":1: {VALUE}",
        ],
    ),
    "array-of-arrays.json": (
        1,
        [],
        [":1: a JSON array, not an object", ":1: a JSON array, not an object"],
    ),
    "array-unclosed.json": (
        1,
        ["u1", "u2"],
        [":3: the array is not closed: the file ends too early"],
    ),
    "bad-sum.gz": (1, ["u1", "u2"], [f":2: {CUT} (CRC check failed 0x78787878 != 0x9bc1032a)"]),
    "bad-sum.zst": (
        1,
        [],
        [f": {CUT} (zstd decompressor error: Restored data doesn't match checksum)"],
    ),
    "binary.bin": (2, [], [f": it is binary, and no log {EXPORTS}"]),
    "blank.jsonl": (0, [], []),
    "byte-order-marks.jsonl": (0, ["u1", "u2"], []),
    "crlf.jsonl": (0, ["u1", "u2"], []),
    "cut-line.jsonl": (
        1,
        ["u1"],
        [":2: not JSON: expecting ':' delimiter at character 61; is the line cut off?"],
    ),
    "cut.gz": (1, [str(number) for number in range(91)], [f":91: {CUT} (it ends too early)"]),
    "cut.zst": (1, [], [f": {CUT} (it ends too early)"]),
    "deep-unclosed.jsonl": (1, ["u2"], [f":1: {DEEP}"]),
    "deep.jsonl": (1, ["u2"], [f":1: {DEEP}", f":2: {DEEP}"]),
    "empty.jsonl": (0, [], []),
    "frames.zst": (0, ["u1", "u2", "u3"], []),
    "huge-numbers.jsonl": (0, ["u1", "u2", "u3"], []),
    "key-twice.jsonl": (0, ["u1"], []),
    "members.gz": (0, ["u1", "u2", "u3"], []),
    "nan.jsonl": (
        1,
        ["u2"],
        [":1: not JSON: NaN is no JSON value", ":2: not JSON: -Infinity is no JSON value"],
    ),
    "not-utf8.jsonl": (1, ["u2"], [":1: not UTF-8 (byte 127 of the record)"]),
    "nul.jsonl": (1, ["u1", "u2"], [f":2: {VALUE} {NULS}", f":3: {VALUE} {NULS}"]),
    "one-line.json": (0, ["u1", "u2", "u3"], []),
    "page.html": (2, [], [f": it is a web page or XML, and no log {EXPORTS}"]),
    "pages.json": (0, ["u0", "u1", "u2"], []),
    "pretty-cut.json": (
        1,
        ["u1", "u2"],
        [":20: not JSON: unterminated string starting at character 80; is the line cut off?"],
    ),
    "pretty.json": (0, ["u1", "u2"], []),
    "surrogates.jsonl": (1, ["u1", "u2"], [":2: not UTF-8 (byte 132 of the record)"]),
    "table.csv": (2, [], [f": it is a text of which no line is JSON, and no log {EXPORTS}"]),
    "text.gz": (1, [], [f": {CUT} (Unknown compression method)"]),
    "trailing.gz": (1, ["u1", "u2"], [f":2: {CUT} (what follows is no gzip)"]),
    "trailing.zst": (1, ["u1", "u2"], [f":2: {CUT} (what follows is no zstd)"]),
    "utf16-be.json": (2, [], [f": {WIDE}"]),
    "utf16-le.json": (2, [], [f": {WIDE}"]),
    "utf16-unmarked.json": (2, [], [f": {WIDE}"]),
    "utf32.json": (2, [], [f": {WIDE}"]),
    "zeros.gz": (0, ["u1", "u2"], []),
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one rule, which alerts on every `access.request.create`."""
    write(tmp_path, {"rules/base.yml": SILENT_RULE.replace("informational", "low")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_file_is_expected() -> None:
    assert {path.name for path in BAD.iterdir()} - {".gitattributes"} == {*EXPECTED}


NOTHING_READ = "warning: no event was read: that nothing alerts does not mean that all is well"


@pytest.mark.parametrize("name", EXPECTED)
def test_bad_files(place: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, uuids, said = EXPECTED[name]
    (place / name).write_bytes((BAD / name).read_bytes())
    assert run(["--quiet", "scan", name, "--format", "jsonl", "--rejects", "kept.jsonl"]) == code
    captured = capsys.readouterr()
    alerts = [json.loads(line) for line in captured.out.splitlines()]
    assert [alert["events"] for alert in alerts] == [[uuid] for uuid in uuids]
    empty = [NOTHING_READ] if name in {"blank.jsonl", "empty.jsonl"} else []
    assert captured.err.splitlines() == [f"error: {name}{line}" for line in said] + empty
    kept = [json.loads(line) for line in Path("kept.jsonl").read_text("utf-8").splitlines()]
    rejects = [line for line in said if code == 1]
    assert [_place(row) + row["reason"] for row in kept] == [name + line for line in rejects]


def _place(row: dict[str, object]) -> str:
    line = f":{row['line']}" if row["line"] else ""
    return f"{row['file']}{line}: "
