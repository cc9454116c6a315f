"""An audit rule is one thing for all targets: a report in Splunk, a building block in Kibana."""

from pathlib import Path

import pytest

from okta_access.compile.model import Job
from okta_access.compile.targets.kibana import TARGET as KIBANA
from okta_access.compile.targets.splunk_conf import TARGET as SPLUNK
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import Settings
from tests.builders.files import write
from tests.builders.rules import CATALOG, HEAD

ID = "00000000-0000-4000-8000-000000000001"
DETECTION = "detection:\n  s: {eventType: access.request.create}\n  condition: s\n"


@pytest.mark.parametrize(
    ("path", "level", "audit"),
    [
        ("rules/audit/mine.yml", "informational", True),
        ("rules/audit/mine.yml", "high", False),
        ("rules/detection/okta_access_audit_mine.yml", "informational", False),
        ("rules/detection/okta_access_audit_mine.yml", "high", False),
        ("rules/audit/old/mine.yml", "informational", False),
    ],
)
def test_the_folder_and_the_level_make_an_audit_rule(
    tmp_path: Path, path: str, level: str, *, audit: bool
) -> None:
    head = HEAD.replace(": i\n", f": {ID}\n").replace(": r\n", f": {Path(path).stem}\n")
    head = head.replace(": low\n", f": {level}\n")
    rules = load_rules([write(tmp_path, {path: head + DETECTION}) / "rules"], CATALOG)
    assert [rule.audit for rule in rules.rules] == [audit]
    job = Job(rules, Settings(), CATALOG, "1.0.0")
    searches = SPLUNK.compile(job).files["savedsearches.conf"].decode()
    files = KIBANA.compile(job).files
    assert (" - Report]" in searches, " - Rule]" in searches) == (audit, not audit)
    assert ("enableSched = 1" not in searches) == audit
    names = ("okta_access_audit.ndjson", "okta_access.ndjson")
    assert tuple(name in files for name in names) == (audit, not audit)
