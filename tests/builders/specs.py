"""Correlations as a table says them, and events at the edges of their timespans."""

from __future__ import annotations

from random import Random
from typing import Any

from okta_access.catalog.times import time_text
from okta_access.rules.model import Correlation, EventRule
from tests.builders.rules import HEAD, document

HOUR = 3_600_000
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds
KINDS = ("access.request.create", "access.request.resolve", "access.request.cancel")
GROUPS = 60

# What a base rule matches: one type, any of two, or all there is of an outcome.
BASES = {
    "create": "eventType: access.request.create",
    "resolve": "eventType: access.request.resolve",
    "cancel": "eventType: access.request.cancel",
    "any": "eventType: [access.request.create, access.request.resolve]",
    "failed": "outcome.result: FAILURE",
    "named": "actor.displayName|exists: true",
}
COUNTED = [
    ("event_count", ["create"], ["actor.id"], "{gte: 3}"),
    ("event_count", ["create", "resolve"], ["actor.id", "target.id"], "{gte: 2}"),
    ("event_count", ["any", "failed"], [], "{gte: 9}"),
    ("event_count", ["any"], ["actor.id"], "{gte: 1}"),
    ("value_count", ["any"], ["actor.id"], "{field: target.id, gte: 2}"),
    ("value_count", ["any", "cancel"], ["actor.id"], "{field: target.id, gte: 4}"),
    ("value_count", ["create"], ["target.id"], "{field: client.ipAddress, gte: 2}"),
    ("value_count", ["named"], ["eventType"], "{field: actor.displayName, gte: 3}"),
    ("temporal", ["create", "resolve"], ["actor.id"], None),
    ("temporal", ["any", "failed"], ["actor.id"], None),
    ("temporal", ["create", "resolve", "cancel"], ["actor.id"], None),
    ("temporal_ordered", ["create", "resolve"], ["actor.id"], None),
    ("temporal_ordered", ["create", "resolve"], ["actor.id", "target.id"], None),
    ("temporal_ordered", ["any", "failed"], ["actor.id"], None),
    ("temporal_ordered", ["create", "resolve", "cancel"], ["actor.id"], None),
    ("temporal_ordered", ["create", "resolve", "create2"], ["actor.id"], None),
]


ALIASED = [
    (
        "event_count", ["create", "resolve"], ["who"], "{gte: 3}",
        "{who: {create: actor.id, resolve: target.id}}",
    ),
    (
        "value_count", ["create", "resolve", "cancel"], ["who"], "{field: outcome.result, gte: 2}",
        "{who: {create: actor.id, resolve: target.id, cancel: actor.id}}",
    ),
    (
        "temporal", ["create", "resolve"], ["who"], None,
        "{who: {create: target.id, resolve: actor.id}}",
    ),
    (
        "temporal_ordered", ["create", "resolve"], ["actor.id", "what"], None,
        "{what: {create: target.id, resolve: actor.id}}",
    ),
    (
        "temporal_ordered", ["create", "resolve", "create2"], ["who"], None,
        "{who: {create: target.id, resolve: actor.id, create2: target.id}}",
    ),
]  # fmt: skip


def base(name: str) -> EventRule:
    """A base rule by its name in the table; a digit after it makes another of the same."""
    read = document(HEAD + f"detection:\n  s:\n    {BASES[name.rstrip('2')]}\n  condition: s\n")
    assert isinstance(read.rule, EventRule), read.problems
    return read.rule


def correlation(
    kind: str, names: list[str], keys: list[str], test: str | None, aliases: str | None = None
) -> Correlation:
    """One row of the table."""
    lines = [
        "title: T\nid: i\nname: c\nlevel: low\ncorrelation:",
        f"  type: {kind}\n  rules: [{', '.join(names)}]\n  timespan: 1h",
        *([f"  group-by: [{', '.join(keys)}]"] if keys else []),
        *([f"  condition: {test}"] if test else []),
        *([f"  aliases: {aliases}"] if aliases else []),
    ]
    read = document("\n".join(lines) + "\n")
    assert isinstance(read.rule, Correlation), read.problems
    return read.rule


def history(seed: int) -> list[dict[str, Any]]:
    """Events of many groups, with copies, in no order."""
    random = Random(seed)
    made: list[dict[str, Any]] = []
    for group in range(GROUPS):
        for _ in range(random.randint(1, 7)):
            made.append(_event(random, f"g{group}", len(made)))
    copies = [dict(random.choice(made)) for _ in range(GROUPS)]
    made += copies
    random.shuffle(made)
    return made


def _event(random: Random, group: str, number: int) -> dict[str, Any]:
    slot = random.choice((0, 1, 1, 1, 2)) * HOUR
    part = random.choice((0, 0, HOUR // 2, HOUR // 3, random.randrange(HOUR)))
    time = START + slot + part + random.choice((0, 0, -1, 1))
    other = f"g{random.randrange(GROUPS)}"
    actor = random.choice((group,) * 6 + ([group, other], [group, group], None))
    targets = random.choice(([f"t-{group}"], [f"t-{group}", f"t-{random.randrange(5)}"],
                             [f"t-{random.randrange(9)}"], [group], []))  # fmt: skip
    return {
        "uuid": f"u{number}",
        "eventType": random.choice(KINDS),
        "published": time_text(time * 1000),
        "actor": {"id": actor, "displayName": random.choice((None, "a b", "c\nd", f"n{number}"))},
        "outcome": {"result": random.choice(("SUCCESS", "FAILURE"))},
        "client": {"ipAddress": random.choice((None, "10.0.0.1", "2001:db8::1"))},
        "target": [{"id": one} for one in targets] or None,
    }
