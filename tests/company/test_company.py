"""The made-up company, and the demo log made of it."""

import json
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import PUBLISHED
from okta_access.catalog.schema import errors, event_schema
from tests.catalog.observations import observations
from tests.company.demo import company_log

CATALOG = load_catalog()
DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "week.jsonl"


def test_the_demo_log_is_what_the_generator_writes() -> None:
    events = company_log(CATALOG, people=40, days=7, seed=7, intrusion=True)
    lines = [json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in events]
    assert DEMO.read_text("utf-8").splitlines() == lines


def test_every_event_has_the_shape_of_a_real_one() -> None:
    schema = event_schema(CATALOG, any_event_type=True)
    events = company_log(CATALOG, people=20, days=3, seed=1, intrusion=True)
    assert [(errors(schema, event), observations(CATALOG, event)) for event in events] == [
        ((), ())
    ] * len(events)
    assert [event[PUBLISHED] for event in events] == sorted(event[PUBLISHED] for event in events)
    assert len({event["uuid"] for event in events}) == len(events)


def test_without_an_intruder_nothing_comes_through_a_proxy() -> None:
    events = company_log(CATALOG, people=20, days=3, seed=1, intrusion=False)
    assert not any(event["securityContext"]["isProxy"] for event in events)
