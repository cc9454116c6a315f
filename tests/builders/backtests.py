"""A few small rules, events in time, and counts made up, for the tests of every room."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from okta_access.backtest.plan import Plan, plan
from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings
from okta_access.rules.settings.tuning import Tuned, tune
from tests.builders.files import write

CATALOG = load_catalog()
START = datetime(2026, 1, 1, tzinfo=UTC)

CREATE, CANCEL, DELETE = (
    "access.request.create",
    "access.request.cancel",
    "access.request.sequence.delete",
)


def event_rule(number: int, name: str, type_: str, level: str = "low") -> str:
    """A rule that every event of a type matches; its id is made of the number."""
    return f"""\
title: Rule {name}
id: {number:08d}-0000-4000-8000-000000000000
name: {name}
level: {level}
logsource: {{product: okta, service: okta}}
detection:
    selection: {{eventType: {type_}}}
    condition: selection
"""


def count_rule(number: int, name: str, base: str, least: int, timespan: str = "1h") -> str:
    """A correlation: so many events of a base by one actor within the timespan."""
    return f"""\
title: Rule {name}
id: {number:08d}-0000-4000-8000-000000000000
name: {name}
level: medium
correlation:
    type: event_count
    rules: [{base}]
    group-by: [actor.id]
    timespan: {timespan}
    condition: {{gte: {least}}}
"""


def rules_of(folder: Path, texts: Sequence[str], settings: Settings | None = None) -> Rules:
    """These rules, each in a file of its name; names that begin with ``base`` alert nobody."""
    files = {}
    for text in texts:
        name = text.split("name: ")[1].split("\n")[0]
        part = "correlation/base" if name.startswith("base") else "detection"
        files[f"rules/{part}/{name}.yml"] = text
    rules = load_rules([write(folder, files) / "rules"], CATALOG)
    assert rules.problems == ()
    return rules, tune(rules, settings or Settings(), CATALOG)


Rules = tuple[RuleSet, Tuned]


def planned(
    now: Rules,
    before: Rules | None = None,
    *,
    level: Level = Level.LOW,
    names: Sequence[str] = (),
    include_off: bool = False,
) -> Plan:
    """A plan for these rules."""
    return plan(now, before, level, names, include_off=include_off)


def event(number: int, type_: str, hours: float, actor: str = "a") -> Event:
    """An event so many hours after the start of 2026."""
    time = (START + timedelta(hours=hours)).isoformat(timespec="milliseconds")
    return {
        "uuid": f"uuid-{number}",
        "published": time.replace("+00:00", "Z"),
        "eventType": type_,
        "actor": {"id": actor},
    }


def log(path: Path, events: Sequence[Event]) -> str:
    """A log of these events."""
    path.write_text("".join(json.dumps(one) + "\n" for one in events), "utf-8")
    return str(path)
