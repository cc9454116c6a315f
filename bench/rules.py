"""Rules to measure with: many that ask different things of the same fields."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from okta_access.catalog.load import load_catalog

_RULE = """\
title: Made Up {number}
name: made_up_{number}
id: {id}
status: test
description: For measurements only.
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: {event_type}
        actor.alternateId|startswith: user{number}
        client.userAgent.rawUserAgent|contains: agent {number}
    filter:
        client.ipAddress|cidr: 10.{high}.{low}.0/24
    condition: selection and not filter
level: medium
"""


def write_rules(folder: Path, number: int) -> None:
    """Write so many rules, one a file, shared out among the event types."""
    folder.mkdir(parents=True)
    types = sorted(load_catalog().events)
    for one in range(number):
        text = _RULE.format(
            number=one,
            id=uuid5(NAMESPACE_URL, f"made-up-{one}"),
            event_type=types[one % len(types)],
            high=one // 250 % 250,
            low=one % 250,
        )
        (folder / f"made_up_{one}.yml").write_text(text, "utf-8")
