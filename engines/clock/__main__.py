"""``python -m engines.clock URL [FOLDER]``: what is shipped, on the clock of the SIEMs.

``URL`` is an Elasticsearch that holds no other Okta logs (``python -m engines.run -- …`` boots
one and names it). With a ``FOLDER`` the table is written to ``FOLDER/evidence/siem-clock.json``
and the checksums anew. Exits 1 where a promise is broken.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import msgspec

from engines.clock.replay import Replay, Tally
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.bundle.sums import CHECKSUMS, checksums
from okta_access.cluster.access import Access
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

FORM = "okta-access-siem-clock/1"
_NOT_RUN = "the schedulers of a real Kibana and of a real Splunk; see engines/clock"


def main(arguments: list[str]) -> int:
    """Replays all rules that alert; gives the exit code."""
    url, *folder = arguments
    job = job_of(load_rules())
    with ElasticsearchOracle(Access(url)) as engine:
        replay = Replay(job, engine)
        tallies = [one for rule in replay.rules for one in replay.of(rule)]
    for one in tallies:
        for fault in one.faults[:1]:
            print(f"clock: {one.rule} on {one.siem}, {one.scenario}: {fault}")
    broken = sum(bool(one.faults) for one in tallies)
    print(
        f"clock: {len(replay.rules)} rules, {sum(one.histories for one in tallies):,} replays, "
        f"{sum(one.runs for one in tallies):,} runs, {broken} promises broken"
    )
    if folder:
        _write(Path(folder[0]), tallies)
    return 1 if broken or not tallies else 0


def _write(folder: Path, tallies: list[Tally]) -> None:
    table = {"form": FORM, "not_run": _NOT_RUN, "replays": msgspec.to_builtins(tallies)}
    text = json.dumps(table, indent=1) + "\n"
    (folder / "evidence" / "siem-clock.json").write_text(text, "utf-8")
    (folder / CHECKSUMS).write_bytes(checksums(folder))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
