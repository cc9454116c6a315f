"""Rules written to a folder and linted."""

from __future__ import annotations

import re
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.lint.engine import Result, run_checks
from okta_access.lint.findings import Finding
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import read_settings, settings_files

# A rule without any finding but those on its tests, under the name `rule`.
PLAIN = """\
title: Okta Access Request Created
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: rule
status: experimental
description: Detects a request for access. It serves as an example, and makes no further claim.
references:
    - https://developer.okta.com/docs/reference/api/system-log/
author: okta-access-detections contributors
date: 2026-01-01
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
falsepositives:
    - Ordinary requests
level: informational
"""

FIXTURE = """\
match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
miss:
    - why: Another type.
      event:
          eventType: access.request.resolve
"""

# The plain rule as it is locked, and another that was retired.
LOCK = """\
rule 1 94a9d7c46c6bb656 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b active
old 3 0123456789abcdef 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d retired
"""

_TOP_LEVEL = re.compile(r"^(?=[^\s#-])", re.MULTILINE)


def rule_with(fragment: str) -> str:
    """The plain rule with the top-level keys of the fragment in place of its own.

    >>> "level: low" in rule_with("level: low")
    True
    """
    blocks = {_key(block): block for block in _blocks(PLAIN)}
    for block in _blocks(fragment):
        blocks[_key(block)] = block
    return "".join(blocks.values())


def lint_text(
    folder: Path,
    text: str,
    *,
    fixture: str | None = FIXTURE,
    settings: str | None = None,
    lock: str | None = None,
) -> Result:
    """What the linter says of ``rules/rule.yml`` with this text, and this fixture beside it.

    ``settings`` are those of ``rules/defaults.toml``, ``lock`` is that beside the rules.
    """
    if lock is not None:
        (folder / "rules.lock").write_text(lock, encoding="utf-8")
    rule = folder / "rules" / "rule.yml"
    rule.parent.mkdir(exist_ok=True)
    rule.write_text(text, encoding="utf-8")
    if fixture is not None:
        path = folder / "fixtures" / "rule.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(fixture, encoding="utf-8")
    if settings is not None:
        (folder / "rules" / "defaults.toml").write_text(settings, encoding="utf-8")
    return lint_paths(rule)


def lint_paths(*paths: Path) -> Result:
    """What the linter says of these files and folders."""
    catalog = load_catalog()
    rules = load_rules(paths, catalog)
    settings = [read_settings(file) for file in settings_files(rules.files, None)]
    return run_checks(rules, catalog, settings)


def places(findings: tuple[Finding, ...]) -> list[tuple[int, int, str]]:
    """Line, column and code of each finding."""
    return [(one.span.line, one.span.column, one.code) for one in findings]


def _blocks(text: str) -> list[str]:
    return [f"{block.rstrip()}\n" for block in _TOP_LEVEL.split(text) if block.strip()]


def _key(block: str) -> str:
    return block.split(":", 1)[0].strip("'\"«»")
