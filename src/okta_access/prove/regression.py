"""Fixtures in the form in which SigmaHQ keeps regression tests of rules (``regression_data/``).

The form is that of its repository in August 2026 (``tests/regression_tests_runner.py``): a rule's
``regression_tests_path`` leads to an ``info.yml`` with the rule's id, and that to a sample named
after it. The runner knows samples of Windows' event log alone and fails on any other; the one other
sample there, of Cisco, is therefore told in comments, and so are these. A correlation has no place
in it: the runner judges one event at a time. A rule with placeholders has none either, for the
sample would need its lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from okta_access.catalog.model import Catalog
from okta_access.prove.fixtures import fixture_of
from okta_access.rules.fixtures import Fixture
from okta_access.rules.model import EventRule, Placeholder, atoms

_NAMESPACE = UUID("3f0c6e52-8a0e-4c5b-9d0f-2a4b6f1e7c90")
_FOLDER = "rules/identity/okta"
_KEY = "regression_tests_path"
_DATA = f"regression_data/{_FOLDER}"
# Keys that SigmaHQ's validators do not know, each with the lines below it.
_OURS = re.compile(r"^(?:assumptions|profile|runbook|version):.*\n(?:[ ]+.*\n|\n)*", re.MULTILINE)


def regression_files(rules: Iterable[EventRule], catalog: Catalog) -> Mapping[str, bytes]:
    """The rules that alert, each with its test, by the path that they have in SigmaHQ's repository.

    Rules without a readable fixture, or with placeholders, are left out. The events of a rule are
    those of its fixture, matches and misses in one sample, an event a line.
    """
    files: dict[str, bytes] = {}
    for rule in rules:
        fixture = None if rule.silent else fixture_of(rule, catalog)
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
    }
    tests = {
        "regression_tests_info": [
            {
                "name": "Fixture",
                "type": "jsonl",
                "provider": "Okta",
                "match_count": sum(case.alerts for case in fixture.cases),
                "path": sample,
            }
        ]
    }
    comments = "".join(f"# {line}\n" for line in _yaml(tests).splitlines())
    events = [event for case in fixture.cases for event in case.events]
    text = _OURS.sub("", Path(meta.file).read_text("utf-8").rstrip("\n") + "\n")
    return {
        f"{_FOLDER}/{rule.name}.yml": f"{text}{_KEY}: {folder}/info.yml\n".encode(),
        f"{folder}/info.yml": (_yaml(info) + comments).encode(),
        sample: "".join(json.dumps(event) + "\n" for event in events).encode(),
    }


def _yaml(value: Mapping[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, width=100)
