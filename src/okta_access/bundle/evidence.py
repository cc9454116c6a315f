"""Evidence files: what each rule rests on, and what was run for it; the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from okta_access.assumptions.model import Assumption
from okta_access.compile.model import Translation, Verdict
from okta_access.prove.evidence import Check, Report, RuleEvidence
from okta_access.rules.model import Rule

FORM = "okta-access-evidence/1"
_CAVEAT = "Generated events prove the queries, never the assumptions about Okta's data."


def evidence_files(
    report: Report,
    rules: Iterable[Rule],
    translations: Iterable[Translation],
    assumptions: Mapping[str, Assumption],
) -> dict[str, bytes]:
    """``evidence/<rule>.json`` for each rule; ``assumptions`` are the ledger's, by their ids."""
    by_name = {rule.name: rule for rule in rules}
    verdicts: dict[str, list[Translation]] = {}
    for one in translations:
        verdicts.setdefault(one.rule, []).append(one)
    files = {}
    for proven in report.rules:
        rule = by_name.get(proven.rule)
        if rule is not None:
            found = _evidence(rule, proven, report, verdicts.get(rule.name, []), assumptions)
            text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
            files[f"evidence/{rule.name}.json"] = text.encode()
    return files


def _evidence(
    rule: Rule,
    proven: RuleEvidence,
    report: Report,
    translations: list[Translation],
    assumptions: Mapping[str, Assumption],
) -> dict[str, Any]:
    return {
        "form": FORM,
        "assumptions": [_assumption(id_, assumptions.get(id_)) for id_ in rule.meta.assumptions],
        "caveat": _CAVEAT,
        "rule": rule.name,
        "id": rule.meta.id,
        "passed": proven.passed,
        "seed": report.seed,
        "examples": report.examples,
        "engines": [
            {"name": name, "version": version}
            for name, version in report.engines
            if name in proven.judges
        ],
        "not_run": _not_run(proven),
        "checks": [_check(check) for check in proven.checks],
        "translations": [
            {"target": one.target, "verdict": one.verdict.value, "note": one.note}
            for one in translations
        ],
        "refused": sorted(one.target for one in translations if one.verdict is Verdict.REFUSED),
    }


def _assumption(id_: str, known: Assumption | None) -> dict[str, Any]:
    """What is known of an assumption; one that is not in the ledger is only named."""
    return {
        "id": id_,
        "statement": known.statement if known else "",
        "state": known.state if known else "unseen",
        "source": known.source if known else None,
    }


_JUDGES = {
    "elastic-": "a real Elasticsearch",
    "splunk-": "the SPL interpreter",
    "rsigma": "rsigma, another Sigma engine",
}
"""Who can be asked, by how its checks' names begin."""


def _not_run(proven: RuleEvidence) -> list[str]:
    """What the proof of a rule leaves open."""
    missing = [
        f"{judge} (in this run)"
        for begins, judge in _JUDGES.items()
        if not any(name.startswith(begins) for name in proven.judges)
    ]
    return [*missing, "a real Splunk", "a real Kibana", "an EQL engine"]


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "cases": check.ran,
        "failed": check.failed,
        "note": check.note,
    }
