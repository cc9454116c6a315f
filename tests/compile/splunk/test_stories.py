"""The use case library, and what searches are filed under: stories, controls, ATT&CK."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from okta_access.catalog.controls import load_controls
from okta_access.catalog.model import Catalog, Family
from okta_access.compile.identity import identity_of
from okta_access.compile.model import Job
from okta_access.compile.splunk.app.annotations import STORIES, annotations_of
from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.app.stories import story_stanzas, told
from okta_access.compile.targets.splunk_conf import TARGET
from okta_access.rules.model import Atom, EventRule, Present, Profile
from okta_access.rules.settings.files import PackSettings, Settings
from tests.builders.apps import compiled, conf, project, searches
from tests.builders.models import HERE, ORDERED, correlation, event_rule, metadata, of_types
from tests.builders.packaged import CATALOG

OURS = identity_of(None)
PACK = PackSettings("acme_okta", "Acme Okta", "1.2.3", "Acme", "LicenseRef-Acme", "packaged")
ANNOTATIONS = "action.correlationsearch.annotations"


def filed(rule: EventRule, catalog: Catalog = CATALOG) -> dict[str, list[str]]:
    return annotations_of(rule, (rule,), catalog, OURS)


def test_a_rule_on_requests() -> None:
    rule = event_rule(of_types("access.request.create"))
    tagged = replace(
        rule,
        meta=replace(rule.meta, tags=("attack.t1078.004", "attack.stealth"), profile=Profile.CORE),
    )
    assert filed(tagged) == {
        "analytic_story": ["Okta Access - Requests"],
        "cis20": ["CIS 6"],
        "nist": ["PR.AC"],
        "nist_800_53": ["AC-2", "AC-2(4)", "AC-6"],
        "mitre_attack": ["T1078.004"],
        "okta_access_profile": ["core"],
    }


def test_a_rule_on_any_event_is_in_all_stories() -> None:
    rule = event_rule(Atom("securityContext.isProxy", Present(), HERE, HERE))
    found = filed(rule)
    assert found["analytic_story"] == [f"Okta Access - {title}" for title in STORIES]
    assert "DE.CM" in found["nist"], "it asks where from"


def test_a_correlation_is_in_the_stories_of_all_its_rules() -> None:
    one = event_rule(of_types("access.request.sequence.update"), "one")
    two = event_rule(of_types("access.review.close"), "two")
    both = correlation(ORDERED, rules=(one, two), group_by=("client.geographicalContext.country",))
    found = annotations_of(both, (one, two), CATALOG, OURS)
    assert found["analytic_story"] == [
        "Okta Access - Conditions And Sequences",
        "Okta Access - Reviews",
    ]
    assert found["cis20"] == ["CIS 6", "CIS 17", "CIS 8"]


def test_a_rule_on_types_of_ones_own_is_in_no_story() -> None:
    own = replace(CATALOG.events["access.request.create"], name="own.type", family=Family.OTHER)
    catalog = replace(CATALOG, events={**CATALOG.events, "own.type": own})
    assert filed(event_rule(of_types("own.type")), catalog) == {}


def test_every_family_has_a_story() -> None:
    assert {family for of in STORIES.values() for family in of} == {*Family} - {Family.OTHER}


def test_annotations_are_of_what_enterprise_security_takes() -> None:
    csf = re.compile(r"(ID|PR|DE|RS|RC)\.[A-Z]{2}")
    alerting = [one for one in searches().values() if ANNOTATIONS in one]
    assert alerting
    for stanza in alerting:
        found: dict[str, list[str]] = json.loads(stanza[ANNOTATIONS])
        assert all(values and len({*values}) == len(values) for values in found.values())
        assert found["analytic_story"]
        assert all(csf.fullmatch(one) for one in found["nist"])
        assert all(1 <= int(one.removeprefix("CIS ")) <= 18 for one in found["cis20"])


def test_stories_and_searches_name_each_other() -> None:
    output = compiled(project())
    library, saved = conf(output, "analyticstories.conf"), conf(output, "savedsearches.conf")
    alerting = {name: json.loads(one[ANNOTATIONS]) for name, one in saved.items()
                if ANNOTATIONS in one}  # fmt: skip
    told_of = {name.removeprefix("savedsearch://") for name in library if "savedsearch" in name}
    assert told_of == {*alerting}
    stories = {name.removeprefix("analytic_story://"): json.loads(one["searches"])
               for name, one in library.items() if "analytic_story" in name}  # fmt: skip
    assert stories == {
        f"Okta Access - {title}": [
            name for name, found in alerting.items() if f"Okta Access - {title}" in
            found["analytic_story"]
        ]
        for title in STORIES
    }  # fmt: skip
    for name, found in alerting.items():
        known = json.loads(library[f"savedsearch://{name}"]["annotations"])
        assert known == {key: one for key, one in found.items() if key != "analytic_story"}


def test_a_story_has_the_keys_that_the_library_asks_for() -> None:
    search = Stanza("S - Rule", {ANNOTATIONS: '{"analytic_story": ["Okta Access - Reviews"]}',
                                 "description": "Detects."})  # fmt: skip
    meta = metadata(falsepositives=("a\nb", "c"), date="2026-01-01", modified="2026-02-01")
    one = told(search, meta)
    assert one is not None
    story, known = story_stanzas([one], OURS)
    assert story.name == "analytic_story://Okta Access - Reviews"
    assert {*story.settings} == {
        "category", "last_updated", "spec_version", "version", "references", "searches",
        "description", "narrative",
    }  # fmt: skip
    assert story.settings["last_updated"] == "2026-02-01"
    assert json.loads(story.settings["searches"]) == ["S - Rule"]
    assert known.settings["known_false_positives"] == "a b; c"
    assert told(Stanza("Report", {"search": "x"}), meta) is None


@pytest.mark.parametrize("pack", [None, PACK])
def test_stories_carry_the_name_of_whose_they_are(pack: PackSettings | None) -> None:
    job = Job(project(), Settings(pack=pack), CATALOG, "1.2.3")
    library = dict(read_conf(TARGET.compile(job).files))
    mine = identity_of(pack).searches
    names = [name.partition("://")[2] for name in library]
    assert names
    assert all(name.startswith(mine) for name in names)


def read_conf(files: Any) -> Any:
    from okta_access.compile.splunk.app.conffile import read

    return read(files["analyticstories.conf"].decode())


def test_controls_name_known_frameworks_types_and_fields() -> None:
    table = load_controls()
    for row in table.rows:
        assert {*row.ids} == {*table.frameworks}
        assert {*row.fields} <= {*CATALOG.fields}
        assert bool(row.events) != bool(row.fields)
    assert all(table.of([name], []) for name in CATALOG.events)
