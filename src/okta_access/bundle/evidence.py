"""Evidence files: what each rule rests on, and what was run for it; the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from okta_access.compile.model import Translation, Verdict
from okta_access.prove.evidence import Check, Report, RuleEvidence
from okta_access.rules.model import Rule

FORM = "okta-access-evidence/1"
_CAVEAT = "Generated events prove the queries, never the assumptions about Okta's data."


def evidence_files(
    report: Report,
    rules: Iterable[Rule],
    translations: Iterable[Translation],
    assumptions: Mapping[str, str],
) -> dict[str, bytes]:
    """``evidence/<rule>.json`` for each rule; ``assumptions`` are the statements by their ids."""
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
    assumptions: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "form": FORM,
        "assumptions": [
            {"id": id_, "statement": assumptions.get(id_, ""), "state": "unseen"}
            for id_ in rule.meta.assumptions
        ],
        "caveat": _CAVEAT,
        "rule": rule.name,
        "id": rule.meta.id,
        "passed": proven.passed,
        "seed": report.seed,
        "examples": report.examples,
        "engines": [{"name": name, "version": version} for name, version in report.engines],
        "not_run": _not_run(report),
        "checks": [_check(check) for check in proven.checks],
        "translations": [
            {"target": one.target, "verdict": one.verdict.value, "note": one.note}
            for one in translations
        ],
        "refused": sorted(one.target for one in translations if one.verdict is Verdict.REFUSED),
    }


def _not_run(report: Report) -> list[str]:
    """What this proof leaves open, said on every rule."""
    open_ends = ["a real Splunk", "a real Kibana", "an EQL engine"]
    return open_ends if report.engines else ["a real Elasticsearch (in this run)", *open_ends]


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": check.outcome.value,
        "cases": check.ran,
        "failed": check.failed,
        "note": check.note,
    }
