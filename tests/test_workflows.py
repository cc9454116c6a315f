"""The workflows and the action: their form, what they may do, and what they run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.builders.backtests import CANCEL, CREATE, event_rule
from tests.builders.files import write
from tests.floors import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
TEMPLATE = ROOT / "src" / "okta_access" / "cli" / "templates" / "workflow.yml"
ACTION = ROOT / "action.yml"
FORMS = {
    **dict.fromkeys(WORKFLOWS, "github-workflows"),
    ACTION: "github-actions",
    GITHUB / "dependabot.yml": "dependabot",
}
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def read(path: Path) -> dict[Any, Any]:
    found = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_each_has_the_form_of_its_schema(path: Path) -> None:
    folder = files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((folder / f"{FORMS[path]}.json").read_text("utf-8"))
    # `on` is a boolean to YAML 1.1, and a key to GitHub.
    value = {"on" if key is True else key: one for key, one in read(path).items()}
    assert [error.message for error in Draft7Validator(schema).iter_errors(value)] == []


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION, TEMPLATE], ids=lambda path: path.name)
def test_foreign_actions_are_pinned_to_a_commit_whose_version_is_told(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text("utf-8"))
    assert used
    for action, rest in used:
        if action != "./":
            assert PINNED.fullmatch(action), action
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_one_action_has_one_version_everywhere() -> None:
    page = ROOT / "docs" / "action.md"
    texts = [path.read_text("utf-8") for path in (*WORKFLOWS, ACTION, TEMPLATE, page)]
    used = {pin for text in texts for pin in re.findall(r"uses: (\S+/\S+@.*)", text)}
    assert len(used) == len({pin.split("@")[0] for pin in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_job_may_do_what_it_says_and_has_an_end(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"]


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=lambda path: path.name)
def test_no_script_is_put_together_from_what_others_write(path: Path) -> None:
    """Values reach scripts by the environment alone."""
    whole = read(path)
    jobs = whole["jobs"].values() if "jobs" in whole else [whole["runs"]]
    scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


def test_checkouts_keep_no_token() -> None:
    for path in (*WORKFLOWS, TEMPLATE):
        text = path.read_text("utf-8")
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_every_input_of_the_action_is_described_and_used() -> None:
    text = ACTION.read_text("utf-8")
    page = (ROOT / "docs" / "action.md").read_text("utf-8")
    for name, about in read(ACTION)["inputs"].items():
        assert about["description"]
        assert f"inputs.{name} " in text or f"inputs.{name}\n" in text
        assert f"| `{name}` |" in page


class Runner:
    """Runs the steps of the action as a runner would, with a ``gh`` that notes what it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bin_ = folder / "temp" / "okta-access" / "bin"
        command = f'#!/bin/sh\nexec "{sys.executable}" -m okta_access.cli "$@"\n'
        gh = '#!/bin/sh\nprintf "%s\\n" "$*" >> "$ASKED"\nprintf "%s" "$COMMENTS"\n'
        write(folder, {f"temp/okta-access/bin/{name}": "" for name in ("okta-access", "gh")})
        for name, text in (("okta-access", command), ("gh", gh)):
            (bin_ / name).write_text(text)
            (bin_ / name).chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{bin_}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_STEP_SUMMARY": str(folder / "temp" / "summary.md"),
            "GITHUB_REPOSITORY": "acme/rules",
            "ASKED": str(folder / "temp" / "asked"),
            "PYTHONPATH": str(ROOT / "src"),
        }

    def step(self, name: str, **values: str) -> subprocess.CompletedProcess[str]:
        """Run the step of this name; its environment is ``values``."""
        (found,) = [one for one in read(ACTION)["runs"]["steps"] if one.get("name") == name]
        assert {*found.get("env", {})} == {*values} - {"COMMENTS"}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", found["run"]],
            cwd=self.folder,
            env={**self.environment, **values},
            capture_output=True,
            text=True,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        """What git says."""
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A checkout with a rule that has changed since its base."""
    write(tmp_path, {"rules/alpha.yml": event_rule(1, "alpha", CREATE)})
    found = Runner(tmp_path)
    found.git("init", "--quiet")
    found.git("add", "rules")
    found.git("commit", "--quiet", "--message", "base")
    write(tmp_path, {"rules/alpha.yml": event_rule(1, "alpha", CANCEL)})
    return found


def test_the_action_annotates_and_writes_sarif(runner: Runner) -> None:
    done = runner.step("Lint", RULES="", PACKS="", FAIL_ON="error", SARIF="true")
    assert (done.returncode, done.stderr.count("1 event rule ")) == (0, 2)
    assert "::warning file=rules/alpha.yml," in done.stdout
    sarif = json.loads((runner.folder / "temp" / "okta-access.sarif").read_text())
    assert sarif["version"] == "2.1.0"
    assert runner.step("Lint", RULES="", PACKS="", FAIL_ON="warning", SARIF="false").returncode == 1


def test_rules_are_given_one_a_line_and_are_never_options(runner: Runner) -> None:
    write(runner.folder, {"other rules/rules/b.yml": event_rule(2, "b", CREATE)})
    paths = "rules/alpha.yml\n\n  \nother rules/rules\n"
    done = runner.step("Lint", RULES=paths, PACKS="", FAIL_ON="error", SARIF="false")
    assert "2 event rules" in done.stderr
    done = runner.step("Lint", RULES="--help", PACKS="", FAIL_ON="error", SARIF="false")
    assert done.returncode == 2
    assert "Usage" not in done.stdout


def test_packs_are_read_where_they_are_named(runner: Runner) -> None:
    write(runner.folder, {"rules/debugdata/c.yml": event_rule(3, "c", CREATE)})
    done = runner.step("Lint", RULES="", PACKS=" debugdata  ", FAIL_ON="error", SARIF="false")
    assert "2 event rules" in done.stderr
    done = runner.step("Compile", RULES="", PACKS="debugdata neighbours", COMPILED="")
    assert done.returncode == 0
    assert (runner.folder / "temp" / "okta-access-compiled" / "c.spl").is_file()


def test_the_action_compiles_and_compares(runner: Runner) -> None:
    assert runner.step("Compile", RULES="", PACKS="", COMPILED="").returncode == 0
    made = runner.folder / "temp" / "okta-access-compiled"
    assert (made / "alpha.spl").is_file()
    assert runner.step("Compile", RULES="", PACKS="", COMPILED=str(made)).returncode == 0
    (made / "alpha.spl").write_text("another")
    assert runner.step("Compile", RULES="", PACKS="", COMPILED=str(made)).returncode == 1


def test_the_action_tells_what_a_change_does_and_keeps_one_comment(runner: Runner) -> None:
    base = runner.git("rev-parse", "HEAD")
    write(runner.folder, {"log.jsonl": '{"eventType": "access.request.create"}\n'})
    done = runner.step("Compare with the base", RULES="", PACKS="", LOG="log.jsonl", BASE=base)
    assert done.returncode == 0
    summary = (runner.folder / "temp" / "summary.md").read_text()
    assert summary.startswith("<!-- okta-access diff -->\n### Rules compared with")
    assert "1 changed in meaning" in summary
    asked = runner.folder / "temp" / "asked"
    for comments, expected in (
        ("", "--method POST repos/acme/rules/issues/7/comments"),
        ("31\n32\n", "--method PATCH repos/acme/rules/issues/comments/31"),
    ):
        asked.unlink(missing_ok=True)
        runner.step("Comment", GH_TOKEN="none", NUMBER="7", COMMENTS=comments)
        first, second = asked.read_text().splitlines()
        assert first.startswith("api --paginate repos/acme/rules/issues/7/comments --jq ")
        body = runner.folder / "temp" / "okta-access-diff.md"
        assert second == f"api --silent {expected} --field body=@{body}"


def test_a_shallow_checkout_is_told_what_it_lacks(runner: Runner) -> None:
    done = runner.step("Compare with the base", RULES="", PACKS="", LOG="", BASE="0" * 40)
    assert done.returncode == 1
    assert "::error::the base is not there" in done.stdout
