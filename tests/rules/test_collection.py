"""Rule files found and put together: references, context, and inputs that are missing."""

from pathlib import Path

import pytest

from okta_access.rules.collection import load_rules
from tests.builders.files import write
from tests.builders.rules import CATALOG, HEAD

BASE = HEAD.replace("name: r", "name: base") + ("detection:\n  s: {actor.id: a}\n  condition: s\n")


def count(rule: str) -> str:
    return (
        "title: C\nid: c\nname: c\nlevel: low\ncorrelation:\n  type: event_count\n"
        f"  rules: [{rule}]\n  timespan: 1h\n  condition: {{gte: 2}}\n"
    )


def test_base_rules_are_silent_by_their_folder(tmp_path: Path) -> None:
    write(tmp_path, {"rules/correlation/base/base.yml": BASE, "rules/other/base/base.yml": BASE})
    rules = load_rules([tmp_path / "rules"], CATALOG).rules
    assert [rule.silent for rule in rules] == [True, False]


def test_a_reference_resolves_by_name_and_by_id(tmp_path: Path) -> None:
    files = {"rules/base.yml": BASE, "rules/c.yml": count("base"), "rules/d.yml": count("i")}
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    assert rules.problems == ()
    assert [[r.name for r in rules.referenced(c)] for c in rules.correlations] == [["base"]] * 2


def test_a_correlation_alone_finds_its_base(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"rules/correlation/base/base.yml": BASE, "rules/correlation/c.yml": count("base")},
    )
    rules = load_rules([tmp_path / "rules/correlation/c.yml"], CATALOG)
    assert rules.problems == ()
    assert rules.rules == ()
    assert [rule.name for rule in rules.context] == ["base"]
    assert [r.name for r in rules.referenced(rules.correlations[0])] == ["base"]


def test_a_reference_to_nothing(tmp_path: Path) -> None:
    files = {"rules/base.yml": BASE, "rules/c.yml": count("bass"), "rules/d.yml": count("../../x")}
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    assert rules.correlations == ()
    assert [(p.code, p.span.line, p.hint) for p in rules.problems] == [
        ("OA111", 7, "did you mean `base`?"),
        ("OA111", 7, None),
    ]


def test_the_first_fifty_unknown_references_of_a_correlation_have_a_guess(tmp_path: Path) -> None:
    many = ", ".join(f"bas{number:02}" for number in range(60))
    files = {"rules/base.yml": BASE, "rules/c.yml": count(many)}
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    assert [p.code for p in rules.problems] == ["OA111"] * 60
    assert [p.hint for p in rules.problems] == ["did you mean `base`?"] * 50 + [None] * 10


def test_a_reference_to_a_broken_rule_or_a_correlation(tmp_path: Path) -> None:
    files = {
        "rules/base.yml": BASE.replace("condition: s", "condition: t"),
        "rules/c.yml": count("base"),
        "rules/d.yml": count("c"),
    }
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    assert rules.correlations == ()
    assert [p.code for p in rules.problems] == ["OA104", "OA111", "OA111"]
    assert "has problems" in rules.problems[1].message
    assert "chains" in rules.problems[2].message


def test_missing_inputs_leave_the_rest(tmp_path: Path) -> None:
    write(tmp_path, {"rules/base.yml": BASE, "empty/readme.txt": ""})
    paths = [tmp_path / "rules", tmp_path / "empty", tmp_path / "nowhere"]
    rules = load_rules(paths, CATALOG)
    assert [rule.name for rule in rules.rules] == ["base"]
    assert [str(error) for error in rules.missing] == [
        f"{tmp_path / 'empty'}: no rule files (*.yml) in this folder",
        f"{tmp_path / 'nowhere'}: no such file or folder",
    ]


def test_a_faulty_file_gives_no_rule(tmp_path: Path) -> None:
    write(tmp_path, {"rules/base.yml": BASE + "title: again\n"})
    rules = load_rules([tmp_path / "rules"], CATALOG)
    assert rules.rules == ()
    assert [problem.code for problem in rules.problems] == ["OA003"]
    assert [s.name for s in rules.documents[0].selections] == ["s"]


def test_a_file_named_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"rules/base.yml": BASE, "fixtures/base.yml": "match: []", ".x/y.yml": "a"})
    monkeypatch.chdir(tmp_path)
    paths = [Path("rules"), tmp_path / "rules", Path("rules/base.yml"), Path()]
    assert load_rules(paths, CATALOG).files == ("rules/base.yml",)
