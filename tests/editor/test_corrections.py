"""The linter's corrections as edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.editor.corrections import all_edits, corrections
from okta_access.editor.text import Text
from okta_access.lint.fixes import corrected
from tests.builders.editing import judge_for, write_project
from tests.builders.linting import rule_with

BEFORE = rule_with("""\
detection:
    selection:
        eventType: Access.Request.Create  # 💥
        actor.alternateid|endswith: '@example.com'
    condition: selection
""")


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_all_edits_make_what_fix_makes(tmp_path: Path, mark: str, end: str) -> None:
    file, text = write_project(tmp_path), Text(mark + BEFORE.replace("\n", end))
    findings = judge_for(file).of_file(file, {str(file): text.data})
    made = text.source
    for edit in reversed(all_edits(text, findings)):
        made = made[: edit.start] + edit.new + made[edit.end :]
    fixable = [one for one in findings if one.fix]
    assert made == mark + corrected(text.source.removeprefix(mark), fixable)[0]
    assert judge_for(file).of_file(file, {str(file): made.encode()}) == ()


def test_a_correction_names_both_words(tmp_path: Path) -> None:
    file, text = write_project(tmp_path), Text(BEFORE)
    found = corrections(text, judge_for(file).of_file(file, {str(file): text.data}))
    assert [one.title for one in found] == [
        "Replace `Access.Request.Create` with `access.request.create`",
        "Replace `actor.alternateid` with `actor.alternateId`",
    ]


def test_a_text_that_has_changed_since_is_left_alone(tmp_path: Path) -> None:
    file, text = write_project(tmp_path), Text(BEFORE)
    findings = judge_for(file).of_file(file, {str(file): text.data})
    assert all_edits(Text("title: a"), findings) == ()
