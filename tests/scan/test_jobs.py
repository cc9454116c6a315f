"""Several processes find what one finds, in the same order, wherever a log is cut."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any

import pytest

from okta_access.errors import InputError
from okta_access.logs import pieces
from okta_access.logs.pieces import Piece, pieces_of
from okta_access.logs.reading import Reading
from okta_access.logs.records import Record
from okta_access.rules.model import Level
from okta_access.scan import correlate, parallel
from okta_access.scan.engine import Scan
from okta_access.scan.prefilter import prefiltered
from okta_access.scan.protocol import TextJudging
from okta_access.scan.run import scan_files
from tests.builders.hostile import JUNK
from tests.builders.packaged import CATALOG, DEMO, RULES, demo_events


def scanned(*names: Path, jobs: int, strict: bool = False) -> dict[str, Any]:
    """Everything that a scan tells."""
    scan = Scan(RULES, CATALOG, Level.LOW)
    rejects: list[str] = []
    missing: list[str] = []
    found = scan_files(
        scan,
        tuple(map(str, names)),
        lambda reject: rejects.append(f"{reject} {reject.data!r}"),
        lambda error: missing.append(str(error)),
        strict=strict,
        jobs=jobs,
    )
    alerts = [alert.as_json() for alert in found]
    return {
        "alerts": alerts,
        "rejects": rejects,
        "missing": missing,
        "tally": scan.tally,
        "never": scan.never_seen(),
    }


def messy_log(seed: int) -> bytes:
    """The demo week with copies, junk, odd line ends, and times and types that are wrong."""
    dice = random.Random(seed)
    lines: list[bytes] = []
    for event in demo_events():
        event["published"] = dice.choice([event["published"]] * 30 + ["redacted", 7])
        event["client"] = dice.choice([event["client"]] * 30 + ["x"])
        lines.append(json.dumps(event).encode())
    for _ in range(200):
        junk = dice.choice([*JUNK, dice.choice(lines), dice.choice(lines), b'{"x": 1}'])
        lines.insert(dice.randrange(1, len(lines)), junk)  # the first tells the layout
    start = dice.choice([b"", b"\n\n", b"\xef\xbb\xbf"])
    return start + dice.choice([b"\n", b"\r\n"]).join(lines) + dice.choice([b"", b"\n"])


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_the_same_alerts_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, strict: bool
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 10_000 + 777 * seed)
    monkeypatch.setattr(correlate, "FEWEST_EVENTS", 0)
    log = tmp_path / "log.jsonl"
    log.write_bytes(messy_log(seed))
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(messy_log(seed + 50)))
    assert len(pieces_of(str(log))) > 20
    names = (log, tmp_path / "missing", DEMO, packed, log)
    one = scanned(*names, jobs=1, strict=strict)
    assert one["alerts"]
    assert one["rejects"]
    assert one["tally"].untimed
    assert scanned(*names, jobs=3, strict=strict) == one


def test_pieces_are_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 100)
    log = tmp_path / "log.jsonl"
    data = b"".join(b'{"a":"%s"}\n' % (b"x" * n) for n in range(200))
    log.write_bytes(data)
    found = pieces_of(str(log))
    assert found[-1].end is None
    texts = [data[piece.start : piece.end] for piece in found]
    assert b"".join(texts) == data
    assert all(text.endswith(b"\n") for text in texts)
    monkeypatch.setattr(pieces, "LONGEST", 150)  # a line too long to be held: read as a whole
    assert pieces_of(str(log)) == ()


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", b"[" + b"{},\n" * 900 + b"{}]", gzip.compress(os.urandom(9000))]
)
def test_what_is_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 100)
    log = tmp_path / "log"
    log.write_bytes(data)
    assert pieces_of(str(log)) == ()
    assert pieces_of("-") == ()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert pieces_of(str(fifo)) == ()


def test_a_process_that_is_ended_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next log is read by another."""
    monkeypatch.setattr(pieces, "PIECE", 10_000)
    log = tmp_path / "log.jsonl"
    log.write_bytes(DEMO.read_bytes())

    def ended(stream: BufferedReader, first: int, judge: TextJudging) -> Iterator[Record]:
        assert isinstance(stream.raw, parallel._Slice)
        if stream.raw._file.name == str(log):
            os._exit(1)
        return prefiltered(stream, first, judge)

    monkeypatch.setattr(parallel, "prefiltered", ended)
    told = scanned(log, DEMO, jobs=2)
    assert len(told["missing"]) == 1
    assert "was ended from outside" in told["missing"][0]
    assert told["alerts"] == scanned(DEMO, jobs=1)["alerts"]


def test_a_log_that_goes_away(tmp_path: Path) -> None:
    scan = Scan(RULES, CATALOG, Level.LOW)
    with (
        parallel.workers(scan, Reading(), 2) as crew,
        pytest.raises(InputError, match="No such file"),
    ):
        list(crew.judge(str(tmp_path / "gone"), [Piece(0, None)], strict=False))


@pytest.mark.parametrize("number", range(3, 40, 6))
def test_what_was_read_before_a_log_broke_off_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whole pieces of it do, and the next log is read as if nothing had been."""
    monkeypatch.setattr(pieces, "PIECE", 10_000)
    monkeypatch.setattr(parallel, "_AHEAD", 8)
    log, other = tmp_path / "log.jsonl", tmp_path / "other.jsonl"
    log.write_bytes(messy_log(1))
    other.write_bytes(messy_log(2))
    good, bad = pieces_of(str(log))[number - 1 : number + 1]
    whole = good.end
    assert whole is not None
    read = parallel._Slice.readinto

    def broken(self: Any, buffer: memoryview) -> int:
        if self._file.name == str(log) and self._end == bad.end:
            raise OSError(errno.EIO, "Input/output error")
        return read(self, buffer)

    monkeypatch.setattr(parallel._Slice, "readinto", broken)
    found = scanned(log, other, jobs=2)
    assert found["missing"] == [f"{log}: Input/output error"]
    log.write_bytes(log.read_bytes()[:whole])
    monkeypatch.setattr(parallel._Slice, "readinto", read)
    assert found | {"missing": []} == scanned(log, other, jobs=1)
