"""Where a name leads to."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.editor.definition import definition
from okta_access.editor.projects import Kind
from tests.builders.editing import at_mark, judge_for, write_project
from tests.builders.linting import PLAIN

RULE, FIXTURE = ("rules/rule.yml", 1), ("fixtures/rule.yml", 1)
ID = "0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b"


@pytest.mark.parametrize(
    ("marked", "kind", "expected"),
    [
        ("correlation:\n    rules:\n        - ru^le", Kind.RULES, RULE),
        (f"correlation:\n    rules: [{ID[:4]}^{ID[4:]}]", Kind.RULES, RULE),
        ("correlation:\n    aliases:\n        who:\n            ru^le: actor.id", Kind.RULES, RULE),
        ("filter:\n    rules: [ru^le]", Kind.RULES, RULE),
        ("name: ru^le", Kind.RULES, FIXTURE),
        ("tit^le: a", Kind.RULES, FIXTURE),
        ("[rules.rule^]\nlevel = 'low'", Kind.SETTINGS, RULE),
        ('[rules."ru^le"]', Kind.SETTINGS, RULE),
        ("correlation:\n    rules:\n        - rul^", Kind.RULES, None),
        ("filter:\n    rules: ^", Kind.RULES, None),
        ("description: ru^le", Kind.RULES, None),
        ("# rules: [ru^le]", Kind.RULES, None),
        ("[splunk]\nindex = 'ru^le'", Kind.SETTINGS, None),
        ("match:\n  - why: ru^le", Kind.FIXTURE, None),
    ],
)
def test_names_and_where_they_lead(
    tmp_path: Path, marked: str, kind: Kind, expected: tuple[str, int] | None
) -> None:
    file = write_project(tmp_path)
    judge = judge_for(file)
    judge.reload()
    span = definition(*at_mark(marked), file, kind, judge.documents())
    found = span and (Path(span.file).relative_to(tmp_path).as_posix(), span.line)
    assert found == expected


def test_a_fixture_that_is_not_there(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "fixtures" / "rule.yml").unlink()
    text, offset = at_mark("^" + PLAIN)
    assert definition(text, offset, file, Kind.RULES, judge_for(file).documents()) is None
