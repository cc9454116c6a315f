"""What is said of a file while it is edited."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.editor.judging import Judge
from okta_access.editor.whole import judged
from okta_access.lint.findings import Finding
from tests.builders.editing import CORRELATION, judge_for, said, write_project
from tests.builders.linting import FIXTURE, PLAIN, lint_paths, rule_with

BROKEN = Path(__file__).parents[1] / "lint" / "broken"


# That two rules have one title, or one meaning, is found when they are saved.
OF_PAIRS = ("OA118", "OA305")


def edited(judge: Judge, file: Path, text: str) -> tuple[Finding, ...]:
    """The findings in a file whose buffer holds this text."""
    return judge.of_file(file, {os.path.realpath(file): text.encode()})


def broken_rules() -> Iterator[str]:
    for folder in sorted(BROKEN.iterdir()):
        rule = folder / "rule.yml"
        if rule.exists():
            yield rule.read_text("utf-8")


def test_a_buffer_is_judged_as_its_file_would_be(tmp_path: Path) -> None:
    file, judge = write_project(tmp_path), judge_for(tmp_path / "rules" / "rule.yml")
    for name, digit in (("base", "1"), ("other", "2")):
        own = PLAIN.replace("name: rule", f"name: {name}").replace("id: 0", f"id: {digit}")
        (file.parent / f"{name}.yml").write_text(own)
    judge.reload()
    for text in broken_rules():
        file.write_text(PLAIN)
        found = edited(judge, file, text)
        file.write_text(text)
        saved = [one for one in lint_paths(file.parent).findings if one.span.file == str(file)]
        assert said(found) == said(one for one in saved if one.code not in OF_PAIRS), text


def test_a_taken_name_is_seen_at_once(tmp_path: Path) -> None:
    judge = judge_for(write_project(tmp_path))
    file = tmp_path / "rules" / "new.yml"
    found = edited(judge, file, PLAIN)
    assert {one.code for one in found if one.earlier} == {"OA114", "OA117"}
    assert {one.earlier.file for one in found if one.earlier} == {str(tmp_path / "rules/rule.yml")}


def test_another_buffer_counts_before_its_file(tmp_path: Path) -> None:
    rule = write_project(tmp_path)
    judge, burst = judge_for(rule), tmp_path / "rules" / "burst.yml"
    assert not [one for one in edited(judge, burst, CORRELATION) if one.code == "OA111"]
    buffers = {str(burst): CORRELATION.encode(), str(rule): b"title: a"}
    (broken,) = [one for one in judge.of_file(burst, buffers) if one.code == "OA111"]
    assert broken.message == "`rule` cannot be used: its file has problems"


def test_findings_of_other_files_wait(tmp_path: Path) -> None:
    rule = write_project(tmp_path)
    judge = judge_for(rule)
    before = said(judged(judge.project))
    assert edited(judge, rule, "title: [")
    assert said(judged(judge.project)) == before


def test_a_fixture_is_judged_with_its_rule(tmp_path: Path) -> None:
    judge, file = judge_for(write_project(tmp_path)), tmp_path / "fixtures" / "rule.yml"
    assert edited(judge, file, FIXTURE) == ()
    misspelt = FIXTURE + "          actor.typ: User\n"
    assert [one.code for one in edited(judge, file, misspelt)] == ["OA602"]
    one_sided = FIXTURE[: FIXTURE.index("miss:")]
    assert [one.code for one in edited(judge, file, one_sided)] == ["OA604"]


def test_a_fixture_without_a_rule_is_read(tmp_path: Path) -> None:
    judge = judge_for(write_project(tmp_path))
    found = edited(judge, tmp_path / "fixtures" / "nobody.yml", "matches: []")
    assert said(found) == [(1, 1, "OA603", "unknown key `matches`")]


@pytest.mark.parametrize("name", ["okta-access.toml", "rules/defaults.toml"])
def test_settings_are_judged_with_the_rules(tmp_path: Path, name: str) -> None:
    judge, file = judge_for(write_project(tmp_path)), tmp_path / name
    found = edited(judge, file, '[rules.rul]\nlevel = "loud"\n[rules.rule]\nthreshold = 3\n')
    assert [(one.span.line, one.code) for one in found] == [
        (1, "OA704"),
        (2, "OA703"),
        (4, "OA705"),
    ]


def test_packaged_rules_that_a_pack_extends_are_there(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "okta-access.toml").write_text(
        '[pack]\nid = "ours"\nname = "Our rules"\nversion = "1.0.0"\nauthor = "us"\n'
        'extends = "packaged"\n'
    )
    judge = judge_for(file)
    judge.reload()
    base = {one.file for one in judge.documents() if not Path(one.file).is_relative_to(tmp_path)}
    taken = next(one.rule.meta.id for one in judge.documents() if one.rule and one.file in base)
    (collision,) = [one for one in edited(judge, file, rule_with(f"id: {taken}")) if one.earlier]
    assert (collision.span.line, collision.code) == (2, "OA114")


def test_a_rule_of_a_pack_is_read_with_its_catalogue() -> None:
    from okta_access.content import rules_dir

    file = next((rules_dir() / "debugdata").rglob("*.yml"))
    assert edited(judge_for(file), file, file.read_text("utf-8")) == ()


def test_what_was_deleted_has_no_findings(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    judge = judge_for(file)
    judge.reload()
    file.unlink()
    (tmp_path / "okta-access.toml").unlink()
    assert judge.of_file(file, {}) == ()
    assert judge.of_file(tmp_path / "okta-access.toml", {}) == ()
    assert judge.of_file(tmp_path / "fixtures" / "gone.yml", {}) == ()


def test_a_closed_buffer_is_forgotten(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    judge = judge_for(file)
    edited(judge, file, rule_with("title: Another"))
    titles = {one.rule.meta.title for one in judge.documents() if one.rule}
    judge.forget(file)
    assert {one.rule.meta.title for one in judge.documents() if one.rule} != titles


def test_a_fixture_that_is_edited_does_not_hold_its_rule_back(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    judge = judge_for(file)
    edited(judge, tmp_path / "fixtures" / "rule.yml", FIXTURE)
    file.write_text(rule_with("title: Okta Access Renamed"))
    judge.reload()
    titles = [one.rule.meta.title for one in judge.documents() if one.rule]
    assert "Okta Access Renamed" in titles


HOSTILE = {
    "alias bomb": "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    ),
    "deep": "a: " + "[" * 10_000,
    "large": "# " + "x" * (1 << 20),
    "wide": "".join(f"key{n}: {n}\n" for n in range(9_000)),
    "no text": "a: \x00\x07",
    "anchors": "a: &a *a",
    "tag": "a: !!python/object/apply:os.system [true]",
    "half typed": "detection:\n    selection:\n        actor.ty",
    "quote": "title: 'a",
    "dashes": "-\n-\n  -",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_buffer_has_findings(tmp_path: Path, text: str) -> None:
    file = write_project(tmp_path)
    judge = judge_for(file)
    assert edited(judge, file, text)
    assert edited(judge, tmp_path / "fixtures" / "rule.yml", text)


@given(st.integers(0, len(PLAIN)), st.text("ab:-|{}[],'\"#&* \n💥", max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_whatever_is_typed_is_judged(tmp_path: Path, at: int, typed: str) -> None:
    file = write_project(tmp_path)
    found = edited(judge_for(file), file, PLAIN[:at] + typed)
    assert all(one.span.file == str(file) for one in found)
