"""A project of rules, fixtures and settings on disk, and buffers over its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.editor.judging import Judge
from okta_access.editor.projects import project_of
from okta_access.editor.text import Text
from okta_access.lint.findings import Finding
from tests.builders.linting import FIXTURE, PLAIN, rule_with

CORRELATION = rule_with("""\
title: Okta Access Requests Created in a Burst
id: 7b0a4e4c-3d6a-4d58-9a60-2f1f0c1f6a7e
name: burst
""").replace(
    """\
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
""",
    """\
correlation:
    type: event_count
    rules:
        - rule
    group-by:
        - actor.id
    timespan: 1h
    condition:
        gte: 10
assumptions: [A10]
""",
)
BURST = """\
match:
    - why: Ten in ten minutes.
      history:
          - {at: 0s, repeat: 10, every: 1m, event: {eventType: access.request.create}}
miss:
    - why: Nine are too few.
      history:
          - {at: 0s, repeat: 9, every: 1m, event: {eventType: access.request.create}}
"""
MARK = "^"


def write_project(root: Path) -> Path:
    """A project without findings: the plain rule, a correlation on it, settings.

    Gives the rule's file.
    """
    files = {
        "rules/rule.yml": PLAIN,
        "rules/burst.yml": CORRELATION,
        "fixtures/rule.yml": FIXTURE,
        "fixtures/burst.yml": BURST,
        "okta-access.toml": '[rules.rule]\nlevel = "low"\n',
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "rules" / "rule.yml"


def judge_for(file: Path) -> Judge:
    """The judge of the project that a file lies in."""
    project = project_of(file)
    assert project is not None
    return Judge(project)


def at_mark(marked: str) -> tuple[Text, int]:
    """A text and the offset in it where ``^`` stands.

    >>> at_mark("a^b")[1]
    1
    """
    return Text(marked.replace(MARK, "", 1)), marked.index(MARK)


def said(findings: Iterable[Finding]) -> list[tuple[int, int, str, str]]:
    """Line, column, code and message of each finding, in their order."""
    return [(one.span.line, one.span.column, one.code, one.message) for one in findings]
