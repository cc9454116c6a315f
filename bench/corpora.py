"""Logs to measure on: JSON Lines of full-size events, the same for the same seed.

``dense`` has 40% ``access.*`` events, ``real`` has 3% as System Logs do; the others are events of
other types with the same shape. No target recurs in them; in ``fresh``, as dense, no session does
either. ``python -m bench.corpora FILE KIND EVENTS`` writes one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event, template_event

SHARES = {"dense": 0.40, "fresh": 0.40, "real": 0.03}
# What a log mostly holds; a change of a condition, sequence or setting is rare.
_WEIGHTS = {
    "access.request.update": 450,
    "access.request.create": 250,
    "access.request.resolve": 220,
    "access.request.reject": 30,
    "access.request.cancel": 20,
    "access.request.expire": 20,
}
_OTHERS = ("user.session.start", "user.authentication.sso", "policy.evaluate_sign_on")
_START_SECONDS = 1_767_225_600  # 2026-01-01T00:00:00Z


def write_corpus(path: Path, corpus: str, events: int, seed: int = 1) -> None:
    """Write a log of so many events, some seconds apart, of a kind that :data:`SHARES` names."""
    random = Random(seed)
    catalog = load_catalog()
    types = sorted(catalog.events)
    weights = [_WEIGHTS.get(name, 1) for name in types]
    with path.open("w", encoding="utf-8") as file:
        for number in range(events):
            kind = random.choice(_OTHERS)
            if random.random() < SHARES[corpus]:
                (kind,) = random.choices(types, weights)
            event = template_event(catalog, kind)
            _vary(event, random, number)
            if corpus == "fresh":
                event["authenticationContext"]["externalSessionId"] = f"idx{number:012}"
            file.write(json.dumps(event, separators=(",", ":")) + "\n")


def _vary(event: Event, random: Random, number: int) -> None:
    person = random.randrange(2_000)
    event["actor"].update(id=f"00u{person:017}", alternateId=f"user{person}@example.com")
    if random.random() < 0.1:
        event["actor"].update(type="SystemPrincipal", alternateId="system@okta.com")
    event["client"]["ipAddress"] = f"203.0.113.{person % 250}"
    event["authenticationContext"]["externalSessionId"] = f"idx{person:08}{number // 5_000:04}"
    event["securityContext"]["isProxy"] = random.random() < 0.002
    event["target"][0]["id"] = f"{random.getrandbits(96):024x}"
    event["uuid"] = f"{number:08x}-0000-4000-8000-{random.getrandbits(48):012x}"
    minutes, seconds = divmod(_START_SECONDS + number * 7, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    day = days - 20_454  # days since 1970 on 2026-01-01
    event["published"] = f"2026-01-{day % 28 + 1:02}T{hours:02}:{minutes:02}:{seconds:02}.000Z"


if __name__ == "__main__":
    write_corpus(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
