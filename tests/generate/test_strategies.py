"""The public strategies: what they promise, how they shrink, and what they need."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from okta_access.catalog.template import template_event
from okta_access.generate import (
    events,
    histories,
    inert_changes,
    matching,
    near_misses,
    not_matching,
)
from okta_access.generate.event_makers import NearMiss
from okta_access.generate.history_builder import History
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.events.evaluate import matches
from okta_access.rules.model import CorrelationType
from tests.builders.samples import CATALOG, correlation, rule

APP = rule("actor.type: [PublicClientApp, Client]")
SPREE = correlation(CorrelationType.EVENT_COUNT, (APP,))
_FIND = settings(max_examples=5000, database=None, phases=(Phase.generate, Phase.shrink))


@given(events(event_type="access.review.close"))
def test_events_of_a_type(event: dict[str, Any]) -> None:
    assert event["eventType"] == "access.review.close"


@given(matching(APP), near_misses(APP), not_matching(APP))
def test_matches_and_misses(hit: dict[str, Any], near: NearMiss, miss: dict[str, Any]) -> None:
    assert matches(APP.expr, hit, CATALOG)
    assert not matches(APP.expr, near.event, CATALOG)
    assert not matches(APP.expr, miss, CATALOG)


@given(st.data())
def test_inert_changes(data: st.DataObject) -> None:
    event = data.draw(events())
    changed = data.draw(inert_changes(event, APP))
    assert matches(APP.expr, changed, CATALOG) == matches(APP.expr, event, CATALOG)


@settings(max_examples=30)
@given(histories(SPREE, (APP,)))
def test_histories(history: History) -> None:
    assert len(find_alerts(SPREE, (APP,), history.events, CATALOG)) == history.alerts


def test_shrinking_gives_the_plainest_event() -> None:
    two = find(matching(APP), lambda e: len(e.get("target") or ()) > 1, settings=_FIND)
    plain = template_event(CATALOG, next(iter(CATALOG.events)))
    first = plain["target"][0]
    assert two == {
        **plain,
        "actor": {**plain["actor"], "type": "PublicClientApp"},
        "target": [first, {**first, "id": "o-2"}],
    }


def test_without_hypothesis_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import okta_access.generate.event_makers, okta_access.generate.sample\n"
        "from okta_access.errors import InputError\n"
        "try:\n    from okta_access.generate import events\n"
        "except InputError as error:\n    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == (
        "the strategies need hypothesis, which is not installed "
        "(pip install 'okta-access-detections[test]')\n"
    )
