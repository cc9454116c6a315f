"""`pytest --okta-access rules/` proves rules as tests, and without the option nothing happens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.builders.files import write
from tests.builders.rules import HEAD

GOOD = HEAD + "detection:\n  s:\n    actor.type: User\n  condition: s\n"
TWO = """\
title: Two
id: c
name: two
level: low
correlation: {type: event_count, rules: r, group-by: actor.id, timespan: 1h, condition: {gte: 2}}
"""
FIXTURE = """\
match:
    - {why: Somebody does it., event: {eventType: access.request.create, actor.type: User}}
miss:
    - {why: An app does it., event: {eventType: access.request.create, actor.type: PublicClientApp}}
"""
PAIR = """\
match:
    - why: Twice.
      history:
          - {at: 0s, event: {eventType: access.request.create}}
          - {at: 5m, event: {eventType: access.request.create}}
miss:
    - why: Once.
      history: [{at: 0s, event: {eventType: access.request.create}}]
"""
FILES = {
    "rules/r.yml": GOOD,
    "rules/fixtures/r.yml": "detection: none",
    "rules/workflow.yml": "on: push\n",
    "fixtures/r.yml": FIXTURE,
}


def ran(folder: Path, *arguments: str) -> str:
    """What pytest says, in a process of its own that loads the plug-in and no other."""
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "okta_access.prove.pytest_plugin", "-p",
         "no:cacheprovider", "-vv", "--okta-access-examples", "20", *arguments],
        cwd=folder,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    return found.stdout + found.stderr


def test_without_the_option_there_are_no_tests(tmp_path: Path) -> None:
    assert "no tests ran" in ran(write(tmp_path, FILES), "rules")


def test_a_sound_rule_passes_and_other_files_are_none(tmp_path: Path) -> None:
    told = ran(write(tmp_path, FILES), "--okta-access", ".")
    assert "rules/r.yml::r PASSED" in told
    assert "= 1 passed in" in told


def test_configuration_asks_as_well(tmp_path: Path) -> None:
    told = ran(write(tmp_path, {**FILES, "pytest.ini": "[pytest]\nokta_access = true\n"}), "rules")
    assert "= 1 passed in" in told


def test_failures_are_the_report_and_broken_files_errors(tmp_path: Path) -> None:
    files = {
        **FILES,
        "fixtures/r.yml": FIXTURE.replace("PublicClientApp", "User"),
        "rules/two.yml": TWO,
        "rules/broken.yml": GOOD.replace("condition: s", "condition: t").replace("id: i", "id: b"),
    }
    options = ("--okta-access", "--continue-on-collection-errors")
    told = ran(write(tmp_path, files), *options, "rules")
    assert "fixtures/r.yml:4:7: expected no alert, found one alert: An app does it." in told
    assert "again: okta-access test rules/r.yml --seed 0 --examples 20" in told
    assert "there is no fixture two.yml" in told
    assert "ERROR collecting rules/broken.yml" in told
    assert "rules/broken.yml:" in told
    assert "Traceback" not in told


def test_a_list_that_nobody_filled_is_skipped_and_a_correlation_finds_its_rules(
    tmp_path: Path,
) -> None:
    files = {
        **FILES,
        "rules/two.yml": TWO,
        "fixtures/two.yml": PAIR,
        "rules/listed.yml": GOOD.replace("actor.type: User", "actor.id|expand: '%mine%'")
        .replace("name: r", "name: listed")
        .replace("id: i", "id: l"),
    }
    told = ran(write(tmp_path, files), "--okta-access", "rules/two.yml", "rules/listed.yml")
    assert "rules/listed.yml::listed SKIPPED" in told
    assert "it needs a list that is empty" in told
    assert "rules/two.yml::two PASSED" in told, told
    assert "= 1 passed, 1 skipped in" in told


OWN_FIELD = "debugContext.debugData.access_review_id"
OF_A_PACK = {
    "rules/debugdata/fields.catalog": (
        "form: okta-access-fields/1\nfields:\n"
        f"    - {{path: {OWN_FIELD}, type: string, description: d, splunk: {OWN_FIELD},"
        " elastic: okta.review}\n"
    ),
    "rules/debugdata/r.yml": GOOD.replace("actor.type: User", f"{OWN_FIELD}: r-1"),
    "fixtures/debugdata/r.yml": (
        f"match:\n  - {{why: w, event: {{eventType: access.request.create, {OWN_FIELD}: r-1}}}}\n"
        f"miss:\n  - {{why: w, event: {{eventType: access.request.create, {OWN_FIELD}: r-2}}}}\n"
    ),
}
SETTINGS = '[rules]\npacks = ["debugdata"]\n'


def test_rules_of_a_pack_are_tested_where_it_is_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path, OF_A_PACK)
    told = ran(folder, "--okta-access", "rules")
    assert "rules/debugdata/r.yml::r SKIPPED (its pack is not asked for" in told, told
    for asked in (["--okta-access-pack", "debugdata"], []):
        told = ran(folder, "--okta-access", *asked, "rules")
        assert "rules/debugdata/r.yml::r PASSED" in told, told
        write(tmp_path, {"okta-access.toml": SETTINGS})


def test_a_catalogue_file_adds_its_fields(tmp_path: Path) -> None:
    files = {name.replace("debugdata/", ""): text for name, text in OF_A_PACK.items()}
    folder = write(tmp_path, files)
    assert "rules/r.yml::r FAILED" in ran(folder, "--okta-access", "rules")
    asked = ("--okta-access", "--okta-access-catalog", "rules/fields.catalog")
    assert "rules/r.yml::r PASSED" in ran(folder, *asked, "rules")


def test_it_is_light() -> None:
    """Loaded by its entry point, it imports nothing of ours before it is asked."""
    code = (
        "import sys, okta_access.prove.pytest_plugin\n"
        "ours = ('okta_access.rules', 'okta_access.catalog', 'sigma', 'msgspec')\n"
        "heavy = [name for name in sys.modules if name.startswith(ours)]\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
