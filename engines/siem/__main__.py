"""``python -m engines.siem FOLDER``: the release in that folder on a real Kibana and Splunk.

Exits 0 where both find what the reference finds, 1 where one does not, and 2 where there is no
Docker or a product does not work. NOT RUN where it was written: see the package.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from engines import EngineBroken, EngineUnavailable
from engines.siem import containers, kibana, splunk
from engines.siem.compare import Run, told
from engines.siem.corpus import Corpus, corpus
from okta_access.api.rulebook import load_rules
from okta_access.errors import OktaAccessError

_COULD_NOT_RUN = 2


def main(arguments: list[str]) -> int:
    """Proves the release in the folder that ``arguments`` names; gives the exit code."""
    try:
        containers.check()
        folder = Path(arguments[0] if arguments else "dist")
        for_kibana, app = _only(folder, "*-kibana.zip"), _only(folder, "*-splunk.tar.gz")
        events = corpus(load_rules(), _now())
        with containers.running(folder) as sites:
            lines, well = told(_runs(sites, for_kibana, app, events))
    except (EngineUnavailable, EngineBroken, OktaAccessError) as error:
        print(f"prove-siem: {error}", file=sys.stderr)
        return _COULD_NOT_RUN
    print("\n".join(lines))
    return 0 if well else 1


def _runs(sites: containers.Sites, for_kibana: Path, app: Path, events: Corpus) -> Iterator[Run]:
    """Everything on one product, then on the other."""
    rules = kibana.imported(sites.kibana, for_kibana)
    kibana.loaded(sites.elasticsearch, events)
    yield from kibana.runs(sites.kibana, sites.elasticsearch, rules, events, _now())
    name, stanzas = splunk.installed(sites.splunk, app, "/release")
    splunk.sent(sites.splunk, sites.collector, events.events)
    yield from splunk.runs(sites.splunk, name, stanzas, events, _now())


def _now() -> int:
    """In microseconds since 1970, at a whole millisecond, as events have it."""
    return time.time_ns() // 1_000_000 * 1000


def _only(folder: Path, pattern: str) -> Path:
    found = [*folder.glob(pattern)]
    if len(found) != 1:
        raise EngineUnavailable(f"{folder} holds no {pattern}: make bundle first")
    return found[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
