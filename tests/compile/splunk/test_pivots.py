"""The next query of each runbook in Splunk, as descriptions and drilldowns hold it."""

from __future__ import annotations

import json
import re

import pytest

from okta_access.catalog.pivots import load_pivots
from okta_access.compile.model import Job
from okta_access.compile.native import native_rules
from okta_access.compile.splunk.app.conffile import read
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pivots import pivot_search
from okta_access.compile.splunk.query.search import SOURCE_MACRO, source_terms
from okta_access.compile.targets.splunk_conf import TARGET
from okta_access.rules.model import Level
from okta_access.rules.settings.files import Settings, SplunkSettings
from okta_access.spl.beliefs import EVERY
from okta_access.spl.engine import Indexed, Splunk
from tests.builders.pivots import alert, asked, everything, held, log, wanted

EVENTS = log()
NAMES = Names(everything().catalog)
SPLUNKS = [Splunk(EVERY[0]), Splunk(EVERY[-1])]
HELD = [(splunk, splunk.held(map(Indexed, EVENTS))) for splunk in SPLUNKS]


@pytest.mark.parametrize("name", asked())
def test_the_search_finds_the_events_that_the_pivot_is_about(name: str) -> None:
    rule, query = asked()[name]
    pivot, about = load_pivots()[query.pivot], alert(EVENTS)
    search = pivot_search(pivot, rule, NAMES, lambda path: held(about, rule, path))
    text = search.replace(f"`{SOURCE_MACRO}`", source_terms(SplunkSettings()))
    expected = wanted(rule, query, EVENTS, timed=False)
    assert 0 < len(expected) < len(EVENTS)
    for splunk, indexed in HELD:
        assert {row["uuid"] for row in splunk.run_over(text, indexed)} == expected


def test_each_is_in_its_description_and_among_the_drilldowns() -> None:
    rules = asked()
    stanzas = dict(read(TARGET.compile(_job()).files["savedsearches.conf"].decode()))
    told = set()
    for stanza in stanzas.values():
        found = re.search(r"`(okta_access_[a-z_]+)_filter`$", stanza["search"])
        if found is None or found[1] not in rules:
            continue
        told.add(found[1])
        rule, query = rules[found[1]]
        pivot = load_pivots()[query.pivot]
        search = pivot_search(pivot, rule, NAMES, _to_fill_in)
        assert f": {search}] Window: " in stanza["description"]
        drilldowns = json.loads(stanza.get("action.notable.param.drilldown_searches", "[]"))
        names = [one["name"] for one in drilldowns]
        assert len({*names}) == len(names)
        if drilldowns:
            assert "What the actor did, 24 hours around" in names
    natives = [native for native, _ in native_rules(_job().rules)]
    assert told == {one.name for one in (*_job().rules.all_rules, *natives)} & {*rules}


def test_a_drilldown_asks_only_for_columns_that_results_have() -> None:
    stanzas = dict(read(TARGET.compile(_job()).files["savedsearches.conf"].decode()))
    for stanza in stanzas.values():
        for one in json.loads(stanza.get("action.notable.param.drilldown_searches", "[]")):
            for token in re.findall(r"\$([A-Za-z_]+)\$", one["search"]):
                by = stanza["search"].rsplit(" BY ", 1)[-1].split("\n")[0].split(", ")
                usual = {"user", "user_id", "object_id", "src", "uuid", "info_min_time"}
                assert token in {*by, *usual}


def _job() -> Job:
    book = everything()
    settings = Settings(splunk=SplunkSettings(es=7))
    assert {one.meta.level for one in book.tuned.in_force.rules} > {Level.HIGH}
    return Job(book.tuned.in_force, settings, book.catalog, "1.2.3")


def _to_fill_in(path: str) -> str:
    known = everything().catalog.field(path)
    return f"<{NAMES.event(path) if known else NAMES.result(path)}>"
