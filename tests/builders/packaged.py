"""The packaged rules in force, and the demo week."""

from __future__ import annotations

import json

from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event
from okta_access.content import fixtures_dir, rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune

CATALOG = load_catalog()
ALL = load_rules([rules_dir()], CATALOG)
RULES = tune(ALL, load_settings(settings_files(ALL.files, None)), CATALOG).in_force
DEMO = fixtures_dir() / "demo" / "week.jsonl"


def demo_events() -> list[Event]:
    """The events of the demo week."""
    return [json.loads(line) for line in DEMO.read_text("utf-8").splitlines()]
