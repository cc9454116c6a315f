"""Comments that answer findings: where they count, and that they are accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.lint.suppressions import read_suppressions
from okta_access.rules.reading.source import parse
from tests.builders.linting import PLAIN, lint_paths, lint_text, places, rule_with

REASON = "-- seen in our own log"
ROBOT = """\
detection:
    selection:
        eventType: access.request.create
        actor.type: Robot{behind}
    condition: selection
"""


def robot(behind: str = "", above: str = "") -> str:
    fragment = ROBOT.format(behind=f"  # {behind}" if behind else "")
    if above:
        fragment = fragment.replace("        actor", f"{above}\n        actor")
    return rule_with(fragment)


def test_without_a_comment_the_finding_is_there(tmp_path: Path) -> None:
    assert places(lint_text(tmp_path, robot()).findings) == [(16, 21, "OA206")]


@pytest.mark.parametrize(
    "text",
    [
        robot(behind=f"okta-access: ignore OA206 {REASON}"),
        robot(behind=f"okta-access:   ignore   OA206   {REASON}   "),
        robot(above=f"        # okta-access: ignore OA206 {REASON}"),
        robot(above=f"# okta-access: ignore OA206 {REASON}\n\n        # a word more"),
    ],
    ids=["behind", "loosely", "above", "far above"],
)
def test_a_comment_answers_the_finding(tmp_path: Path, text: str) -> None:
    result = lint_text(tmp_path, text)
    assert result.findings == ()
    assert [one.code for one in result.suppressed] == ["OA206"]
    assert result.summary.suppressed == 1


@pytest.mark.parametrize(
    "comment",
    [
        "okta-access: ignore OA206",
        "okta-access: ignore OA206 --",
        "okta-access: ignore -- no code",
        "okta-access: ignore OA206 because I say so",
        "okta-access: disable OA206 -- a word of another tool",
        "okta-access:",
    ],
)
def test_a_comment_that_cannot_be_read_answers_nothing(tmp_path: Path, comment: str) -> None:
    found = places(lint_text(tmp_path, robot(behind=comment)).findings)
    assert found == [(16, 21, "OA206"), (16, 28, "OA901")]


def test_a_comment_on_another_line_answers_nothing(tmp_path: Path) -> None:
    comment = f"    # okta-access: ignore OA206 {REASON}"
    text = robot().replace("    condition", f"{comment}\n    condition")
    assert places(lint_text(tmp_path, text).findings) == [(16, 21, "OA206"), (17, 5, "OA902")]


def test_of_several_codes_the_unused_one_is_named(tmp_path: Path) -> None:
    result = lint_text(tmp_path, robot(behind=f"okta-access: ignore OA201, OA206 {REASON}"))
    (finding,) = result.findings
    assert (finding.code, finding.message) == (
        "OA902",
        "there is no OA201 on line 16 to suppress",
    )


def test_what_a_broken_file_says_of_itself_cannot_be_suppressed(tmp_path: Path) -> None:
    text = PLAIN + f"level: low  # okta-access: ignore OA003 {REASON}\n"
    assert places(lint_text(tmp_path, text).findings) == [(20, 1, "OA003"), (20, 13, "OA902")]


def test_a_text_that_looks_like_a_comment_is_none(tmp_path: Path) -> None:
    text = rule_with(
        "description: |\n"
        "    Detects a request for access. It serves as an example.\n"
        "    # okta-access: ignore OA206\n"
        'author: "nobody # okta-access: ignore OA206"\n'
        "falsepositives:\n"
        "    - 'First line\n"
        "      # okta-access: ignore OA206'\n"
    )
    assert lint_text(tmp_path, text).findings == ()


def test_a_comment_behind_a_blocks_header_is_one() -> None:
    text = "a: |  # okta-access: ignore OA206 -- why\n    text\nb: c\n"
    (found,) = read_suppressions(text, parse(text.encode(), "a.yml").documents, "a.yml")
    assert (found.line, found.span.column, found.codes) == (1, 7, ("OA206",))


def test_comments_in_a_fixture_count_for_the_fixture(tmp_path: Path) -> None:
    fixture = (
        "match:\n"
        "    - why: A field of our own.\n"
        "      event:\n"
        "          eventType: access.request.create\n"
        f"          our.field: x  # okta-access: ignore OA602 {REASON}\n"
        "miss:\n"
        "    - why: Another type.\n"
        "      event: {eventType: access.request.update}\n"
    )
    result = lint_text(tmp_path, PLAIN, fixture=fixture)
    assert result.findings == ()
    assert [one.code for one in result.suppressed] == ["OA602"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_every_end_of_line_is_one(tmp_path: Path, end: str) -> None:
    path = tmp_path / "rules" / "rule.yml"
    lint_text(tmp_path, PLAIN)
    text = robot(behind=f"okta-access: ignore OA206 {REASON}")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
    assert lint_paths(path).findings == ()
