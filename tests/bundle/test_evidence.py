"""Evidence says what a rule rests on, and who was not asked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from okta_access.assumptions.model import Assumption
from okta_access.assumptions.registry import assumptions
from okta_access.bundle.evidence import evidence_files
from okta_access.compile.model import Translation, Verdict
from okta_access.prove.evidence import Report, RuleEvidence, check_of, skipped
from tests.builders.rules import HEAD, document

RULE = document(
    HEAD.replace("level", "assumptions: [A1, A2, A99]\nlevel")
    + "detection:\n  s:\n    actor.type: User\n  condition: s\n"
).rule


def made(id_: str, statement: str, **changes: Any) -> Assumption:
    return replace(assumptions()["A1"], id=id_, statement=statement, **changes)


LEDGER = {
    "A1": made("A1", "it is so", state="verified", source="seen on a tenant, 2026-11"),
    "A2": made("A2", "it may be so"),
}


def written(*engines: str, silent: tuple[str, ...] = ()) -> dict[str, Any]:
    """The evidence of a rule that engines judged, while the silent ones were not asked."""
    assert RULE is not None
    checks = (check_of("match", 3, [], "all of them"), *(check_of(name, 3, []) for name in engines),
              *(skipped(name, "not asked: no such language") for name in silent))  # fmt: skip
    proven = RuleEvidence("r", "rules/r.yml", "event", checks)
    report = Report(7, 20, (proven,), tuple((name, "1.0") for name in (*engines, *silent)))
    said = (Translation("r", "splunk", Verdict.REFUSED, None, "no way"),)
    files = evidence_files(report, [RULE], said, LEDGER)
    assert [*files] == ["evidence/r.json"]
    found: dict[str, Any] = json.loads(files["evidence/r.json"])
    return found


def test_assumptions_come_with_state_and_source() -> None:
    found = written()
    assert [*found][:2] == ["form", "assumptions"]
    assert found["assumptions"] == [
        {"id": "A1", "statement": "it is so", "state": "verified",
         "source": "seen on a tenant, 2026-11"},
        {"id": "A2", "statement": "it may be so", "state": "unseen", "source": None},
        {"id": "A99", "statement": "", "state": "unseen", "source": None},
    ]  # fmt: skip
    assert found["checks"] == [
        {"name": "match", "outcome": "passed", "cases": 3, "failed": 0, "note": "all of them"}
    ]
    assert found["refused"] == ["splunk"]


@pytest.mark.parametrize(
    ("engines", "missing"),
    [
        ((), ["Elasticsearch", "interpreter", "rsigma"]),
        (("elastic-lucene", "elastic-esql"), ["interpreter", "rsigma"]),
        (("splunk-interpreter",), ["Elasticsearch", "rsigma"]),
        (("elastic-esql", "splunk-interpreter", "rsigma"), []),
    ],
)
def test_who_was_not_asked_is_told(engines: tuple[str, ...], missing: list[str]) -> None:
    told = written(*engines)["not_run"]
    in_this_run = [line for line in told if line.endswith("(in this run)")]
    assert len(in_this_run) == len(missing)
    assert all(word in line for word, line in zip(missing, in_this_run, strict=True))
    assert told[len(missing) :] == ["a real Splunk", "a real Kibana", "an EQL engine"]


def test_an_engine_that_was_not_asked_is_no_judge() -> None:
    found = written("elastic-lucene", silent=("elastic-esql", "rsigma"))
    assert found["engines"] == [{"name": "elastic-lucene", "version": "1.0"}]
    assert "rsigma, another Sigma engine (in this run)" in found["not_run"]
