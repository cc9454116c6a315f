"""``python -m engines.clock URL [FOLDER]``: what is shipped, on the clock of the SIEMs.

``URL`` is an Elasticsearch that holds no other Okta logs (``python -m engines.run -- …`` boots
one and names it). With a ``FOLDER`` the table is written to ``FOLDER/evidence/siem-clock.json``
and the checksums anew. Exits 1 where a promise is broken.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from engines.clock.events import replay_alike
from engines.clock.promise_table import rows
from engines.clock.replay import Replay
from engines.clock.schedules import alike, native
from engines.clock.shipped import Shipped
from engines.clock.tally import Tally
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.bundle.sums import CHECKSUMS, checksums
from okta_access.cluster.access import Access
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

FORM = "okta-access-siem-clock/2"
_NOT_RUN = "the schedulers of a real Kibana and of a real Splunk; see engines/clock"


def main(arguments: list[str]) -> int:
    """Replays all rules that alert; gives the exit code."""
    url, *folder = arguments
    job = job_of(load_rules())
    shipped = Shipped.of(job)
    groups = alike(job, shipped)
    with ElasticsearchOracle(Access(url)) as engine:
        replay = Replay(job, shipped, engine)
        of_correlations = [one for rule in replay.rules for one in replay.of(rule)]
        of_events = [one for group in groups for one in replay_alike(job, shipped, group, engine)]
    _tell("correlations", len(replay.rules), of_correlations)
    single = {name for group in groups for name in group.rules}
    _tell(f"rules on single events in {len(groups)} schedules", len(single), of_events)
    tallies = [*of_correlations, *of_events]
    if folder:
        table = {
            "form": FORM,
            "not_run": _NOT_RUN,
            "not_replayed": native(job, shipped),
            "promises": msgspec.to_builtins(rows(job, shipped)),
            "schedules": [msgspec.to_builtins(group) for group in groups],
            "replays": msgspec.to_builtins(tallies),
        }
        _write(Path(folder[0]), table)
    return 1 if any(one.faults for one in tallies) or not tallies else 0


def _tell(what: str, rules: int, tallies: Sequence[Tally]) -> None:
    for one in tallies:
        for fault in one.faults[:1]:
            reading = f" ({one.reading})" if one.reading else ""
            print(f"clock: {one.rules[0]} on {one.siem}{reading}, {one.scenario}: {fault}")
    broken = sum(bool(one.faults) for one in tallies)
    print(
        f"clock: {rules} {what}, {sum(one.histories for one in tallies):,} replays, "
        f"{sum(one.runs for one in tallies):,} runs, {broken} promises broken"
    )


def _write(folder: Path, table: dict[str, Any]) -> None:
    text = json.dumps(table, indent=1) + "\n"
    (folder / "evidence" / "siem-clock.json").write_text(text, "utf-8")
    (folder / CHECKSUMS).write_bytes(checksums(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
