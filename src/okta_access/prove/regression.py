"""Fixtures in the form in which SigmaHQ keeps regression tests of rules (``regression_data/``).

The form is that of the README of that folder as of 2026: beside an ``info.yml`` with the rule's
id lies a sample named after it, of one event a line, and ``match_count`` says how many of them
match. A correlation has no place in it: its runner converts one rule and judges one event at a
time. A rule with placeholders has none either, for the sample would need its lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID, uuid5

import yaml

from okta_access.catalog.model import Catalog
from okta_access.prove.fixtures import fixture_of
from okta_access.rules.fixtures import Fixture
from okta_access.rules.model import EventRule, Placeholder, atoms

_NAMESPACE = UUID("3f0c6e52-8a0e-4c5b-9d0f-2a4b6f1e7c90")
_FOLDER = "rules/cloud/okta"
_KEY = "regression_tests_path"
_DATA = f"regression_data/{_FOLDER}"


def regression_files(rules: Iterable[EventRule], catalog: Catalog) -> Mapping[str, bytes]:
    """The rules, each with its test, by the path that they have in SigmaHQ's repository.

    Rules without a readable fixture, or with placeholders, are left out. The events of a rule are
    those of its fixture, matches and misses in one sample.
    """
    files: dict[str, bytes] = {}
    for rule in rules:
        fixture = fixture_of(rule, catalog)
        asks = any(isinstance(atom.test, Placeholder) for atom in atoms(rule.expr))
        if isinstance(fixture, Fixture) and not fixture.problems and not asks:
            files |= _files(rule, fixture)
    return files


def _files(rule: EventRule, fixture: Fixture) -> dict[str, bytes]:
    meta, folder = rule.meta, f"{_DATA}/{rule.name}"
    sample = f"{folder}/{meta.id}.jsonl"
    info = {
        "id": str(uuid5(_NAMESPACE, meta.id)),
        "description": "Events of the fixture, made after the catalogue; none is of a real tenant",
        "date": meta.modified or meta.date,
        "author": meta.author,
        "rule_metadata": [{"id": meta.id, "title": meta.title}],
        "regression_tests_info": [
            {
                "name": "Fixture",
                "type": "jsonl",
                "provider": "Okta",
                "match_count": sum(case.alerts for case in fixture.cases),
                "path": sample,
            }
        ],
    }
    events = [event for case in fixture.cases for event in case.events]
    text = Path(meta.file).read_text("utf-8").rstrip("\n")
    return {
        f"{_FOLDER}/{rule.name}.yml": f"{text}\n{_KEY}: {folder}/info.yml\n".encode(),
        f"{folder}/info.yml": yaml.safe_dump(info, sort_keys=False, width=100).encode(),
        sample: "".join(json.dumps(event) + "\n" for event in events).encode(),
    }
