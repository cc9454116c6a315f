"""`--fix`: what is corrected, byte by byte, and what is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.cli import run
from okta_access.lint.fixes import corrected, rewrite
from tests.builders.linting import lint_paths, lint_text, rule_with

BEFORE = """\
detection:
    selection:
        eventType:
            - Access.Request.Create
            - "ACCESS.REQUEST.UPDATE"
        actor.alternateid|endswith: '@example.com'  # 😀 a comment stays
        "actor.displayname": "😀"
        securityContext.isProxy: 'yes'
        client.geographicalContext.country: [NO, SE]
        target.alternateId: 0123
    condition: selection
tags:
    - attack.defense-impairment
    - attack.t1562
"""
AFTER = """\
detection:
    selection:
        eventType:
            - access.request.create
            - access.request.update
        actor.alternateId|endswith: '@example.com'  # 😀 a comment stays
        "actor.displayName": "😀"
        securityContext.isProxy: true
        client.geographicalContext.country: ['NO', SE]
        target.alternateId: '0123'
    condition: selection
tags:
    - attack.defense-impairment
    - attack.t1685
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_what_leaves_no_choice_is_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: bytes, end: str
) -> None:
    lint_text(tmp_path, rule_with(""))
    path = tmp_path / "rules" / "rule.yml"
    path.write_bytes(mark + rule_with(BEFORE).replace("\n", end).encode())
    assert run(["lint", "--fix", str(path)]) == 0
    assert path.read_bytes() == mark + rule_with(AFTER).replace("\n", end).encode()
    captured = capsys.readouterr()
    assert "fixed: 8" in captured.err.splitlines()
    assert " error " not in captured.out
    # A second run finds nothing left to do.
    assert run(["lint", "--fix", str(path)]) == 0
    assert "fixed" not in capsys.readouterr().err


def test_what_leaves_a_choice_is_left_alone(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.request.creat\n"
        "        outcome.resutl: FAILURE\n        securityContext.isProxy: maybe\n"
        "    condition: selection\n"
    )
    lint_text(tmp_path, text)
    path = tmp_path / "rules" / "rule.yml"
    assert run(["--quiet", "lint", "--fix", str(path)]) == 1
    assert path.read_text(encoding="utf-8") == text


def test_a_suppressed_finding_is_not_corrected(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.request.create\n"
        "        actor.alternateid: x  # okta-access: ignore OA202 -- a proxy lowers these\n"
        "    condition: selection\n"
    )
    lint_text(tmp_path, text)
    path = tmp_path / "rules" / "rule.yml"
    assert run(["--quiet", "lint", "--fix", str(path)]) == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_correction_that_does_not_find_its_text_is_left_out(tmp_path: Path) -> None:
    lint_text(tmp_path, rule_with(BEFORE))
    findings = [one for one in lint_paths(tmp_path / "rules").findings if one.fix]
    assert findings
    blank = "".join("\n" if char == "\n" else " " for char in rule_with(BEFORE))
    assert corrected(blank, findings) == (blank, 0)


def test_the_packaged_rules_are_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["lint", "--fix"]) == 2
    assert "--fix needs a PATH" in capsys.readouterr().err


# A line of a selection as somebody may write it, and as `--fix` leaves it.
LINES = (
    ("actor.alternateid{m}: {v}", "actor.alternateId{m}: {v}"),
    ("'outcome.Reason{m}': {v}", "'outcome.Reason{m}': {v}".replace("Reason", "reason")),
    ("client.useragent.rawUserAgent: {v}", "client.userAgent.rawUserAgent: {v}"),
    ("securityContext.isProxy: 'on'", "securityContext.isProxy: true"),
    ("client.geographicalContext.country: NO", "client.geographicalContext.country: 'NO'"),
    ("target.alternateId: 007", "target.alternateId: '007'"),
    ("outcome.result: failure", "outcome.result: FAILURE"),
)
HEADS = (
    ("license: 1.10", "license: '1.10'"),
    ("author: 2026-01-01", "author: '2026-01-01'"),
    ("tags: [attack.defense-impairment, attack.t1562]  # old", None),
)
comments = st.sampled_from(["", "  # why", "   #no blank, 'a quote', ж"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(LINES), comments), unique_by=lambda one: one[0], min_size=1),
    st.lists(st.sampled_from(HEADS), unique=True),
    st.sampled_from(["|contains", "|endswith", ""]),
    st.sampled_from(["plain", "'two words'", '"an \\u0041"']),
    st.sampled_from(["    ", "  ", "      "]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_corrected_lints_clean_and_keeps_its_layout(
    tmp_path: Path,
    lines: list[tuple[tuple[str, str], str]],
    heads: list[tuple[str, str | None]],
    modifier: str,
    value: str,
    indent: str,
    end: str,
) -> None:
    def written(which: int) -> str:
        said = [head[which] or head[0].replace("t1562", "t1685" if which else "t1562")
                for head in heads]  # fmt: skip
        said += ["detection:", f"{indent}selection:  # what", f"{indent * 2}eventType:"]
        said += [f"{indent * 2}- access.request.create", ""]
        said += [
            indent * 2 + line[which].replace("{m}", modifier).replace("{v}", value) + comment
            for line, comment in lines
        ]
        said += ["", f"{indent}condition: selection"]
        return rule_with("\n".join(said)).replace("\n", end)

    path = tmp_path / "rules" / "rule.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(written(0).encode())
    found = lint_paths(path).findings
    assert rewrite(found) == len(lines) + len(heads)
    assert path.read_bytes().decode() == written(1)
    left = lint_paths(path).findings
    assert [one for one in left if one.fix] == []
    assert {one.code for one in left} <= {one.code for one in found}
