"""Rules as rsigma is given them: their own documents, with nothing filled in but lists.

A document is taken from the rule's file as it stands there, so that our reading of Sigma is put
to the test as well. Changed are only what rsigma has no notion of:

* a list that the settings or the fixture fill (``|expand``) stands there as its values;
* ``temporal`` asks for all of its rules in so many words: without a condition rsigma 0.23 fires on
  any one of them;
* times are in seconds, to which rsigma cuts them; ours are in milliseconds. So a timespan is given
  a thousand times as long, and a history as much slower;
* ids are the oracle's own.

What rsigma is known to read otherwise than Sigma says is never asked; the reason is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from okta_access.catalog.model import Catalog, FieldType
from okta_access.compile.model import Job
from okta_access.prove.oracles.base import NotApplicable
from okta_access.rules.fixtures import fixture_path, read_fixture
from okta_access.rules.model import Correlation, EventRule, Rule, SameAs, atoms
from okta_access.rules.reading.source import parse, plain

SLOWER = 1000
_EXISTS = "exists"
_EXPAND = "expand"
_TEMPORAL = ("temporal", "temporal_ordered")


class Handed:
    """The documents of a run's rules, each read once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._documents: dict[str, dict[str, Any] | NotApplicable] = {}

    def document(self, rule: Rule) -> dict[str, Any] | NotApplicable:
        """The document of a rule, or why it is not handed over."""
        if rule.name not in self._documents:
            self._documents[rule.name] = self._made(rule)
        return self._documents[rule.name]

    def _made(self, rule: Rule) -> dict[str, Any] | NotApplicable:
        if isinstance(rule, EventRule):
            reason = beyond(rule, self._job.catalog)
            if reason is not None:
                return NotApplicable(reason, "not asked")
        found = _document_of(rule)
        if found is None:
            return NotApplicable(f"{rule.meta.file} holds it no longer", "not asked")
        number = len(self._documents)
        own = {**found, "name": rule.name, "id": f"00000000-0000-4000-8000-{number:012x}"}
        if isinstance(rule, Correlation):
            return {**own, "correlation": _slower(found["correlation"], rule)}
        if _mixes_null(found["detection"]):
            return NotApplicable("rsigma misreads a list of null and values", "not asked")
        expanded = [*_expanded(found["detection"])]
        if not expanded:
            return own
        if any(_type_of(path, self._job.catalog) is FieldType.IP for path, _ in expanded):
            return NotApplicable("rsigma would read a list of addresses as texts", "not asked")
        lists = self._lists(rule)
        if any(_is_pattern(text) for _, value in expanded for text in _texts(value, lists)):
            return NotApplicable("a list holds a text that Sigma reads as a pattern", "not asked")
        return {**own, "detection": _filled(found["detection"], lists)}

    def _lists(self, rule: EventRule) -> Mapping[str, tuple[str, ...]]:
        """As they are filled in where rules are tested: by the fixture, else by the settings."""
        path = fixture_path(Path(rule.meta.file), rule.name)
        try:
            fixture = read_fixture(path, self._job.catalog, events=False)
        except OSError:
            return self._job.settings.lists
        return {**self._job.settings.lists, **fixture.lists}


def asked_to_exist(detection: Any) -> frozenset[str]:
    """The fields of which a detection asks whether they are there: to rsigma a null is.

    >>> sorted(asked_to_exist({"selection": {"actor.id|exists": True, "actor.type": "User"}}))
    ['actor.id']
    """
    if isinstance(detection, list):
        return frozenset[str]().union(*map(asked_to_exist, detection))
    if not isinstance(detection, dict):
        return frozenset()
    here = (key.split("|") for key in detection)
    found = {path for path, *modifiers in here if _EXISTS in modifiers}
    return frozenset(found).union(*map(asked_to_exist, detection.values()))


def beyond(rule: EventRule, catalog: Catalog) -> str | None:
    """Why rsigma's word on what a rule asks does not count, or None."""
    for atom in atoms(rule.expr):
        if isinstance(atom.test, SameAs):
            fields = (catalog.field(atom.field), catalog.field(atom.test.other))
            if any(field is not None and field.member for field in fields):
                return "rsigma compares an array with another field as a whole"
    return None


def _document_of(rule: Rule) -> dict[str, Any] | None:
    path = Path(rule.meta.file)
    for node in parse(path.read_bytes(), rule.meta.file).documents:
        found = plain(node)
        if isinstance(found, dict) and found.get("name", path.stem) == rule.name:
            return found
    return None


def _slower(correlation: Mapping[str, Any], rule: Correlation) -> dict[str, Any]:
    made = {**correlation, "timespan": f"{SLOWER * rule.timespan.seconds}s"}
    if rule.type in _TEMPORAL:
        made["condition"] = {"gte": len(rule.references)}
    return made


def _mixes_null(node: Any) -> bool:
    if isinstance(node, dict):
        return any(map(_mixes_null, node.values()))
    return isinstance(node, list) and (
        (None in node and len(node) > 1) or any(map(_mixes_null, node))
    )


def _expanded(node: Any) -> Iterator[tuple[str, Any]]:
    """The fields that are compared with lists from elsewhere, and what stands for these."""
    if isinstance(node, dict):
        for key, value in node.items():
            path, *modifiers = key.split("|")
            if _EXPAND in modifiers:
                yield path, value
            yield from _expanded(value)
    elif isinstance(node, list):
        for one in node:
            yield from _expanded(one)


def _filled(node: Any, lists: Mapping[str, tuple[str, ...]]) -> Any:
    if isinstance(node, list):
        return [_filled(one, lists) for one in node]
    if not isinstance(node, dict):
        return node
    made = {}
    for key, value in node.items():
        path, *modifiers = key.split("|")
        if _EXPAND in modifiers:
            kept = [one for one in modifiers if one != _EXPAND]
            made["|".join((path, *kept))] = _texts(value, lists)
        else:
            made[key] = _filled(value, lists)
    return made


def _texts(value: Any, lists: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What stands in the lists that a value names, and its other texts."""
    values = value if isinstance(value, list) else [value]
    return [text for one in values for text in lists.get(str(one).strip("%"), (str(one),))]


def _is_pattern(text: str) -> bool:
    return any(sign in text for sign in "*?\\")


def _type_of(path: str, catalog: Catalog) -> FieldType | None:
    field = catalog.field(path)
    return None if field is None else field.type
