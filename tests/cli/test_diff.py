"""``okta-access diff``: against a revision, a folder and a release; what it tells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from okta_access.cli import run
from tests.builders.backtests import CANCEL, CREATE, DELETE, event_rule
from tests.builders.files import write

Capture = pytest.CaptureFixture[str]


def git(*arguments: str) -> str:
    """What git says in the current folder, whatever the user's own settings are."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *who, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of rules and a log, changed since its one commit; it is the current folder."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "rules/kept.yml": event_rule(1, "kept", CREATE),
            "rules/meant.yml": event_rule(2, "meant", CREATE),
            "rules/gone.yml": event_rule(3, "gone", DELETE),
            "rules/worded.yml": event_rule(4, "worded", CANCEL),
            "rules/quiet.yml": event_rule(5, "quiet", CANCEL),
            "rules/defaults.toml": "[rules.quiet]\nenabled = false\n",
        },
    )
    git("init", "--quiet")
    git("add", "rules")
    git("commit", "--quiet", "-m", "rules")
    (tmp_path / "rules" / "gone.yml").unlink()
    write(
        tmp_path,
        {
            "rules/meant.yml": event_rule(2, "meant", CANCEL) + "version: 2\n",
            "rules/worded.yml": event_rule(4, "worded", CANCEL).replace("Rule w", "The w"),
            "rules/added.yml": event_rule(6, "added", CREATE),
            "rules/defaults.toml": "",
            "log.jsonl": "".join(
                json.dumps({"eventType": t, "published": "2026-01-01T00:00:00Z", "uuid": str(n)})
                + "\n"
                for n, t in enumerate([CREATE, CREATE, CANCEL])
            ),
        },
    )
    return tmp_path


def told(capsys: Capture, *arguments: str) -> dict[str, Any]:
    """The JSON of a comparison, by rule."""
    capsys.readouterr()
    assert run(["diff", *arguments, "--log", "log.jsonl", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["form"], found["days"]) == ("okta-access-diff/1", 1)
    return {one["rule"]: one for one in found["rules"]}


def test_what_differs_from_a_revision(repository: Path, capsys: Capture) -> None:
    before = git("status", "--porcelain"), git("rev-parse", "HEAD")
    found = told(capsys, "HEAD", "--target", "elastic-lucene")
    assert (git("status", "--porcelain"), git("rev-parse", "HEAD")) == before
    assert {name: one["kind"] for name, one in found.items()} == {
        "added": "added",
        "meant": "changed in meaning",
        "worded": "changed in words",
        "quiet": "changed in effect",
        "gone": "retired",
    }
    meant = found["meant"]
    assert (meant["before"]["version"], meant["after"]["version"]) == (1, 2)
    assert meant["alerts"] == {"before": 2, "after": 1, "new": 1, "lost": 2, "moved": 0}
    (text,) = meant["texts"]
    assert [line[0] for line in text["lines"]] == ["@", "-", "+"]
    assert found["worded"]["words"] == ["title"]
    assert [found["quiet"][side]["off"] for side in ("before", "after")] == [True, False]
    assert found["added"]["before"] is None
    assert found["gone"]["after"] is None


def test_a_folder_and_a_release_are_compared_alike(repository: Path, capsys: Capture) -> None:
    from_git = told(capsys, "HEAD")
    git("archive", "--output=old.tar", "HEAD")
    for name in ("old", "release/sigma"):
        (repository / name).mkdir(parents=True)
        subprocess.run(["tar", "-xf", "old.tar", "-C", name], check=True)
    assert told(capsys, "old/rules") == from_git
    for path in sorted((repository / "release/sigma/rules").iterdir()):
        path.rename(repository / "release" / "sigma" / path.name)
    write(repository, {"release/manifest.json": "{}"})
    assert told(capsys, "release") == from_git


def test_packs_are_compared_where_they_are_asked_for(repository: Path, capsys: Capture) -> None:
    pack = repository / "rules" / "debugdata"
    write(pack, {"packed.yml": event_rule(7, "packed", CREATE)})
    git("add", "rules/debugdata")
    git("commit", "--quiet", "-m", "pack")
    write(
        pack,
        {"packed.yml": event_rule(7, "packed", CANCEL), "more.yml": event_rule(8, "more", CREATE)},
    )
    assert {"packed", "more"}.isdisjoint(told(capsys, "HEAD"))
    found = told(capsys, "HEAD", "--pack", "debugdata", "--pack", "neighbours")
    kinds = {name: found[name]["kind"] for name in ("packed", "more")}
    assert kinds == {"packed": "changed in meaning", "more": "added"}
    git("archive", "--output=old.tar", "HEAD")
    (repository / "old").mkdir()
    subprocess.run(["tar", "-xf", "old.tar", "-C", "old"], check=True)
    assert told(capsys, "old/rules", "--pack", "debugdata")["packed"] == found["packed"]


def test_the_exit_code_tells_where_it_is_asked_to(repository: Path, capsys: Capture) -> None:
    arguments = ["diff", "HEAD", "--log", "log.jsonl"]
    assert run(arguments) == 0
    assert run([*arguments, "--exit-code"]) == 1
    git("checkout", "--quiet", "--", "rules")
    (repository / "rules" / "added.yml").unlink()
    capsys.readouterr()
    assert run([*arguments, "--exit-code"]) == 0
    assert capsys.readouterr().out == "nothing differs from HEAD\n"


def test_where_there_were_no_rules_all_are_new(repository: Path, capsys: Capture) -> None:
    git("rm", "--quiet", "-r", "--cached", "rules")
    git("commit", "--quiet", "--allow-empty", "-m", "none")
    assert {one["kind"] for one in told(capsys, "HEAD").values()} == {"added"}


def test_where_there_were_settings_alone_all_rules_are_new(
    repository: Path, capsys: Capture
) -> None:
    git("rm", "--quiet", "-r", "--cached", "rules")
    git("add", "rules/defaults.toml")
    git("commit", "--quiet", "-m", "settings alone")
    assert {one["kind"] for one in told(capsys, "HEAD").values()} == {"added"}


def test_rules_may_lie_at_the_top(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    write(repository, {"top/a.yml": event_rule(1, "a", CREATE), "top/log.jsonl": ""})
    monkeypatch.chdir(repository / "top")
    git("init", "--quiet")
    git("add", "a.yml")
    git("commit", "--quiet", "-m", "a")
    write(Path(), {"a.yml": event_rule(1, "a", CANCEL)})
    capsys.readouterr()
    assert run(["diff", "HEAD", ".", "--target", "splunk", "--log", "log.jsonl"]) == 0
    assert capsys.readouterr().out.startswith("changed in meaning: a\n")


def test_a_rule_that_was_broken_fails_nobody_who_mends_it(
    repository: Path, capsys: Capture
) -> None:
    write(repository, {"rules/kept.yml": "title: ["})
    git("add", "rules/kept.yml")
    git("commit", "--quiet", "-m", "broken")
    arguments = ["diff", "HEAD", "--log", "log.jsonl"]
    assert run(arguments) == 1
    write(repository, {"rules/kept.yml": event_rule(1, "kept", CREATE)})
    capsys.readouterr()
    assert run(arguments) == 0
    said = capsys.readouterr()
    assert "added: kept\n" in said.out
    assert "OA002" in said.err


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("", "BASE is empty"),
        ("no-such-branch", "neither a folder nor a revision"),
        ("--output=x", "neither a folder nor a revision"),
    ],
)
def test_what_is_no_base(repository: Path, capsys: Capture, base: str, said: str) -> None:
    assert run(["diff", "--", base]) == 2
    assert said in capsys.readouterr().err
    assert not (repository / "x").exists()


def test_paths_lie_in_the_repository(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, capsys: Capture
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, {"rules/a.yml": event_rule(1, "a", CREATE)})
    assert run(["diff", "HEAD", str(elsewhere / "rules")]) == 2
    assert "outside of the repository" in capsys.readouterr().err


def test_a_generated_month_stands_in_for_a_log(repository: Path, capsys: Capture) -> None:
    capsys.readouterr()
    assert run(["diff", "HEAD", "--format", "markdown", "--target", "splunk"]) == 0
    comment = capsys.readouterr().out
    assert "30 days of `a made-up company's month" in comment
    assert "| `meant` | changed in meaning; version 1 to 2 | " in comment
