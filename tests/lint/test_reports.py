"""The report formats: whole values, and what hostile text may not do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access import __version__
from okta_access.errors import Span
from okta_access.lint.findings import Finding, Fix, Severity, summary_of
from okta_access.lint.formats import formats, renderer
from okta_access.lint.registry import all_checks
from okta_access.lint.report import Report, repository_of, shown_from

ERROR = Finding(
    "OA201", Severity.ERROR, Span("rules/a b.yml", 3, 5, 3, 9), "unknown field `x`", "see y"
)
WARNING = Finding("OA506", Severity.WARNING, Span("rules/c.yml", 1, 1, 4, 2), "missing: `status`")
INFO = Finding("OA507", Severity.INFO, Span("rules/c.yml", 2, 1, 2, 8), "another opening")
FINDINGS = (ERROR, WARNING, INFO)
SUMMARY = summary_of(FINDINGS, files=3, rules=2, suppressed=1)
REPORT = Report(FINDINGS, SUMMARY)

hostile = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
# As Python gives names of files that hold bytes which are no UTF-8.
file_names = st.binary(min_size=1).map(os.fsdecode)
findings_of_any_text = st.builds(
    Finding,
    st.sampled_from(list(all_checks())),
    st.sampled_from(Severity),
    st.builds(Span, file_names, st.integers(1, 99), st.integers(1, 99), st.just(100), st.just(1)),
    hostile,
    st.none() | hostile,
)


def test_there_are_the_formats_of_the_contract() -> None:
    assert formats() == ("concise", "full", "github", "json", "junit", "sarif")


def test_concise() -> None:
    assert renderer("concise")(REPORT) == (
        "rules/a b.yml:3:5: error OA201 unknown field `x` (see y)\n"
        "rules/c.yml:1:1: warning OA506 missing: `status`\n"
        "rules/c.yml:2:1: info OA507 another opening\n"
    )


SOURCE = """\
title: A
detection:
    selection:
\teventType: 网 x  # a comment
"""


def test_full_shows_the_line_with_a_caret_under_the_place(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(SOURCE, encoding="utf-8")
    span = Span("a.yml", 4, 15, 4, 16)
    found = Finding("OA201", Severity.ERROR, span, "unknown field `x`", "see y", Fix("x", "y"))
    report = Report((found,), SUMMARY, tmp_path, lambda text, color: f"<{color}:{text}>")
    assert renderer("full")(report).splitlines() == [
        "<red:error OA201> unknown field `x`",
        "  <blue:-->> a.yml:4:15",
        "  <blue:|>",
        "<blue:4> <blue:|>  eventType: 网 x  # a comment",
        "  <blue:|>                <red:^>",
        "  <blue:=> help: see y",
        "  <blue:=> help: --fix corrects this",
        "",
    ]


def test_full_marks_a_longer_stretch_to_the_end_of_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(SOURCE, encoding="utf-8")
    found = Finding("OA506", Severity.WARNING, Span("a.yml", 2, 1, 4, 5), "m")
    assert renderer("full")(Report((found,), SUMMARY, tmp_path)).splitlines()[2:5] == [
        "  |",
        "2 | detection:",
        "  | ^^^^^^^^^^",
    ]


def test_full_tells_the_same_words_once_with_the_other_places() -> None:
    many = tuple(
        Finding("OA201", Severity.ERROR, Span("gone.yml", line, 1, line, 2), "m")
        for line in range(1, 9)
    )
    assert renderer("full")(Report((*many, INFO), SUMMARY)).splitlines() == [
        "error OA201 m",
        " --> gone.yml:1:1",
        " = also: gone.yml:2:1, gone.yml:3:1, gone.yml:4:1, gone.yml:5:1, gone.yml:6:1 and 2 more",
        "",
        "info OA507 another opening",
        " --> rules/c.yml:2:1",
        "",
    ]


def test_full_cuts_a_long_line_around_the_place(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("x" * 500 + "HERE" + "y" * 500, encoding="utf-8")
    found = Finding("OA201", Severity.ERROR, Span("a.yml", 1, 501, 1, 505), "m")
    _, _, _, line, caret, _ = renderer("full")(Report((found,), SUMMARY, tmp_path)).split("\n")[:6]
    assert line == "1 | …" + "x" * 40 + "HERE" + "y" * 96 + "…"
    assert caret.index("^") == line.index("HERE")
    assert caret.count("^") == 4


def test_paths_are_those_from_the_repository_on(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert repository_of(inside) == tmp_path
    assert repository_of(Path("/")) == Path("/")
    elsewhere = tmp_path.parent / "x.yml"
    findings = [
        Finding("OA114", Severity.ERROR, Span(str(file), 1, 2), "m", earlier=Span(str(inside)))
        for file in (inside / "r.yml", elsewhere)
    ]
    assert [(one.span, one.earlier) for one in shown_from(tmp_path, findings)] == [
        (Span("a/b/r.yml", 1, 2), Span("a/b")),
        (Span(str(elsewhere), 1, 2), Span("a/b")),
    ]


def test_github() -> None:
    assert renderer("github")(REPORT) == (
        "::error file=rules/a b.yml,line=3,col=5,endLine=3,title=OA201,endColumn=9"
        "::unknown field `x` (see y)\n"
        "::warning file=rules/c.yml,line=1,col=1,endLine=4,title=OA506::missing: `status`\n"
        "::notice file=rules/c.yml,line=2,col=1,endLine=2,title=OA507,endColumn=8"
        "::another opening\n"
    )


def test_json() -> None:
    report = json.loads(renderer("json")(REPORT))
    assert report["form"] == "okta-access-lint/1"
    assert report["findings"][0] == {
        "code": "OA201",
        "severity": "error",
        "path": "rules/a b.yml",
        "line": 3,
        "column": 5,
        "end_line": 3,
        "end_column": 9,
        "message": "unknown field `x`",
        "hint": "see y",
        "fixable": False,
    }
    assert report["findings"][1]["hint"] is None
    assert report["summary"] == {
        "files": 3,
        "rules": 2,
        "errors": 1,
        "warnings": 1,
        "infos": 1,
        "suppressed": 1,
    }


def test_sarif() -> None:
    log = json.loads(renderer("sarif")(REPORT))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["version"], run["columnKind"]) == (__version__, "unicodeCodePoints")
    assert [rule["id"] for rule in driver["rules"]] == list(all_checks())
    assert run["results"][0] == {
        "ruleId": "OA201",
        "ruleIndex": list(all_checks()).index("OA201"),
        "level": "error",
        "message": {"text": "unknown field `x` (see y)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "rules/a%20b.yml"},
                    "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9},
                }
            }
        ],
    }
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]


def test_sarif_names_absolute_paths_with_a_scheme() -> None:
    absolute = Finding("OA201", Severity.ERROR, Span(str(Path("/x/a b.yml"))), "m")
    log = json.loads(renderer("sarif")(Report((absolute,), SUMMARY)))
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "file:///x/a%20b.yml"


def test_junit() -> None:
    suite = ET.fromstring(renderer("junit")(REPORT))[0]
    assert suite.attrib == {"name": "okta-access lint", "tests": "3", "failures": "1"}
    first, second = suite
    assert first.attrib["name"] == "rules/a b.yml"
    failure = first[0]
    assert (failure.tag, failure.attrib["message"]) == ("failure", failure.text)
    assert (second[0].tag, (second[0].text or "").count("\n")) == ("system-out", 1)


@pytest.mark.parametrize("name", formats())
def test_no_findings_make_a_valid_report(name: str) -> None:
    text = renderer(name)(Report((), summary_of((), files=1, rules=1, suppressed=0)))
    if name in ("json", "sarif"):
        json.loads(text)
    elif name == "junit":
        assert len(ET.fromstring(text)[0]) == 0
    else:
        assert text == ""


@given(st.lists(findings_of_any_text, max_size=4))
def test_any_text_keeps_every_format_whole(findings: list[Finding]) -> None:
    summary = summary_of(findings, files=1, rules=1, suppressed=0)
    reports = {name: renderer(name)(Report(tuple(findings), summary)) for name in formats()}
    for report in reports.values():
        report.encode("utf-8")
    for name in ("concise", "github"):
        assert reports[name].count("\n") == len(findings)
    assert (reports["concise"] + reports["full"]).replace("\n", "").isprintable()
    assert "\r" not in reports["github"]
    for line in reports["github"].split("\n")[:-1]:
        properties = line[2:].split("::", 1)[0]
        assert properties.count(",") == 4
    messages = [finding.message for finding in findings]
    assert [entry["message"] for entry in json.loads(reports["json"])["findings"]] == messages
    (run,) = json.loads(reports["sarif"])["runs"]
    assert len(run["results"]) == len(findings)
    ET.fromstring(reports["junit"])
