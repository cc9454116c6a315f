"""`scan --report` as a user meets it: what is written, and what the machine does to it."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from okta_access.cli import run
from tests.builders.packaged import DEMO

SCAN = [sys.executable, "-m", "okta_access.cli", "--quiet", "scan", "--format", "jsonl"]
ALERTS = 16


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_is_written_beside_the_usual_output(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.jsonl").write_text('{"eventType":"access.request.create"\n')
    command = ["scan", str(DEMO), "bad.jsonl", "missing.jsonl", "--report", "case.html"]
    assert run([*command, "--timezone", "Europe/Vienna", "--format", "jsonl"]) == 2
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == ALERTS
    assert "wrote case.html" in told.err
    page = Path("case.html").read_text("utf-8")
    assert "All times are in Europe/Vienna." in page
    assert "bad.jsonl:1: not JSON" in page
    assert "missing.jsonl: No such file or directory" in page
    assert "rules are switched off" in page
    assert {path.name for path in place.iterdir()} == {"bad.jsonl", "case.html"}


def test_stdin_is_read_only_once(place: Path) -> None:
    command = [*SCAN, "-", "--report", "case.html"]
    subprocess.run(command, input=DEMO.read_bytes(), capture_output=True, check=True)
    page = Path("case.html").read_text("utf-8")
    assert "stdin can be read only once" in page
    assert "could not be read again (from stdin, or the file has changed)" in page


def test_a_full_disk_leaves_no_half_page(place: Path) -> None:
    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    command = [*SCAN, str(DEMO), "--report", "case.html"]
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=small_files
    )
    assert ran.returncode == 2
    assert len(ran.stdout.splitlines()) == ALERTS
    assert ran.stderr == "error: case.html: File too large; there is no report\n"
    assert [*place.iterdir()] == []


def test_a_page_that_was_there_stays_until_the_new_one_is_whole(place: Path) -> None:
    Path("case.html").write_text("old")
    assert run(["--quiet", "scan", "missing", "--report", "case.html"]) == 2
    assert "No alert" in Path("case.html").read_text("utf-8")
    assert [path.name for path in place.iterdir()] == ["case.html"]


def test_what_is_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("case.html", "case.alerts.csv"):
        Path(name).write_bytes(DEMO.read_bytes())
        assert run(["--quiet", "scan", name, "--report", "case.html"]) == 2
        assert "would write over a log" in capsys.readouterr().err
        assert Path(name).read_bytes() == DEMO.read_bytes()
        Path(name).unlink()
    assert run(["--quiet", "scan", str(DEMO), "--report", "no/where.html"]) == 2
    assert "no/where.html: No such file or directory" in capsys.readouterr().err
    assert run(["--quiet", "scan", "-", "--follow", "--report", "case.html"]) == 2
    assert "a followed stream may have none" in capsys.readouterr().err
    assert [*place.iterdir()] == []
