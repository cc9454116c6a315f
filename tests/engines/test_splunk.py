"""The judges of Splunk searches and of the app, as far as they are ours."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from engines import splunk_app, splunk_grammar


def test_searches_are_found_on_one_line_without_macros(tmp_path: Path) -> None:
    (tmp_path / "b.spl").write_text("index=okta\n| where a=1\n    AND b=2\n")
    (tmp_path / "macros.conf").write_text(
        "[m]\ndefinition = index=okta\n[f]\ndefinition = search *\n"
    )
    (tmp_path / "savedsearches.conf").write_text("[One]\nsearch = `m` a=1\\\n| `f`\n")
    assert [*splunk_grammar.found(tmp_path)] == [
        ("b.spl", "index=okta | where a=1     AND b=2 "),
        ("One", "index=okta a=1 | search *"),
    ]


def test_no_search_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(splunk_grammar, "parse", lambda searches: ["" for _ in searches])
    assert splunk_grammar.main([str(tmp_path)]) == 1
    (tmp_path / "b.spl").write_text("index=okta\n")
    assert splunk_grammar.main([str(tmp_path)]) == 0
    monkeypatch.setattr(splunk_grammar, "parse", lambda _: ["column 1: no"])
    assert splunk_grammar.main([str(tmp_path)]) == 1
    assert "b.spl: column 1: no" in capsys.readouterr().err


APPINSPECT = """{"summary": {"success": 1}, "reports": [{"groups": [{"checks": [
    {"name": "a", "result": "success", "messages": []},
    {"name": "b", "result": "warning", "messages": [{"message": "look"}]}]}]}]}"""


def archive(folder: Path) -> Path:
    path = folder / "app.tar.gz"
    (folder / "macros.conf").write_text("[a]\n")
    with tarfile.open(path, "w:gz") as packed:
        packed.add(folder / "macros.conf", "app/default/macros.conf")
    return path


def judged(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, judge: str, said: str, report: str = ""
) -> list[str]:
    """What a judge objects to, when its program says this and writes that report."""

    def run(command: list[str], scratch: Path) -> str:
        if report:
            (scratch / "report.json").write_text(report)
        return said

    monkeypatch.setattr(splunk_app, "_run", run)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return [*splunk_app._JUDGES[judge](tmp_path, archive(tmp_path), scratch)]


def test_appinspect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = judged(monkeypatch, tmp_path, "splunk-appinspect", "", APPINSPECT)
    assert found == ["warning: b: look"]


@pytest.mark.parametrize(
    ("said", "objections"),
    [
        ("[INFO] App validation complete", 0),
        ("[WARNING] Undefined setting in a.conf: allow_skew = 5m\nApp validation complete", 0),
        ("[WARNING] Undefined setting in a.conf: alert.supress = 1\nApp validation complete", 1),
        ("", 1),
    ],
)
def test_slim(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, objections: int) -> None:
    found = judged(monkeypatch, tmp_path, "splunk-packaging-toolkit", said)
    assert len(found) == objections


@pytest.mark.parametrize(
    ("said", "objections"),
    [
        ("Successfully parsed macros.conf\n   1 files were parsed successfully.", 0),
        ("Error in file macros.conf: found twice\n   0 files were parsed successfully.", 2),
    ],
)
def test_ksconf(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str, objections: int
) -> None:
    assert len(judged(monkeypatch, tmp_path, "ksconf", said)) == objections


def test_locks_name_one_version_with_hashes() -> None:
    for name in splunk_app._JUDGES:
        lock = Path(splunk_app.__file__).with_name(f"{name}.txt").read_text()
        assert f"\n{name}==" in lock
        assert lock.count("==") <= lock.count("--hash=sha256:")
        assert "://" not in lock
