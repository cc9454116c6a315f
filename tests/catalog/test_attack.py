"""The table of ATT&CK against the facts it was written from."""

from __future__ import annotations

import pytest
import yaml

from okta_access.catalog.attack import load_attack, technique_ids
from tests.builders.data import DATA

REFERENCE = DATA / "attack-v19.yml"
ATTACK = load_attack()


def test_the_table_is_that_of_the_facts() -> None:
    facts = yaml.safe_load(REFERENCE.read_text("utf-8"))
    assert {tag: tactic.id for tag, tactic in ATTACK.tactics.items()} == facts["tactics"]
    for id_, fact in facts["techniques"].items():
        found = ATTACK.techniques[id_]
        assert (found.name, [*found.tactics]) == (fact["name"], fact["tactics"])
    # What is there besides are the parents of sub-techniques, which Kibana asks for.
    assert {*ATTACK.techniques} - {*facts["techniques"]} == {
        found.parent for found in ATTACK.techniques.values() if found.parent
    } - {*facts["techniques"]}
    assert facts["revoked_in_v19"].items() <= ATTACK.successors.items()


def test_the_ids_are_as_many_as_mitre_counts() -> None:
    """The release notes of version 19 count 222 techniques and 475 sub-techniques."""
    ids = technique_ids()
    assert (sum("." not in one for one in ids), sum("." in one for one in ids)) == (222, 475)
    assert {one.partition(".")[0] for one in ids} <= ids
    assert {*ATTACK.techniques} <= ids
    assert {*ATTACK.successors}.isdisjoint(ids)
    assert {*ATTACK.successors.values()} <= ids


@pytest.mark.parametrize("version", [18, 19])
def test_every_tactic_of_a_technique_is_one(version: object) -> None:
    for id_ in ATTACK.techniques:
        technique = ATTACK.technique(id_, version)  # type: ignore[arg-type]
        for tag in technique.tactics if technique else ():
            assert ATTACK.tactic(tag, version) is not None  # type: ignore[arg-type]


def test_version_18_knows_nothing_of_what_came_with_19() -> None:
    older = [ATTACK.tactic(tag, 18) for tag in ATTACK.tactics]
    assert "TA0112" not in {tactic.id for tactic in older if tactic}
    assert not {tactic.name for tactic in older if tactic} & {"Stealth", "Defense Impairment"}
    assert ATTACK.technique("T1684", 18) is None
    impersonation = ATTACK.technique("T1684.001", 18)
    assert impersonation is not None
    assert impersonation.id == "T1656"


def test_what_is_unknown_is_nothing() -> None:
    assert ATTACK.technique("T9999") is None
    assert ATTACK.tactic("nope", 18) is None
