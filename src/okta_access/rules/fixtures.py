"""Fixtures: hand-written intent for a rule, as events or histories with a reason each.

A fixture file ``fixtures/<rule>.yml`` has the lists ``match`` and ``miss``. An entry has ``why``
and either ``event`` (catalogue paths over a template event; null is JSON null) with an optional
``without`` (paths to take away), or for a correlation ``history``: a list of steps ``at``,
``event``, ``without`` and perhaps ``repeat`` and ``every``; ``{n}`` in a text is the repetition's
number from 1. ``alerts`` is the exact number of alerts a history raises (default 1 for a match,
0 for a miss), ``start`` the time of ``at: 0s``. A rule with placeholders is tested with the
fixture's ``lists``: a mapping of list names to their texts, as in the settings.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from uuid import UUID

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import EPOCH, Event, rfc3339, template_event
from okta_access.content import PACKS
from okta_access.errors import Problem, Span
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence, parse, plain

_OFFSET = re.compile(r"(?:\d{1,7}[smhd]){1,4}", re.ASCII)
_STEP = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_ENTRY_KEYS = frozenset({"why", "event", "without", "history", "alerts", "start"})
_STEP_KEYS = frozenset({"at", "event", "without", "repeat", "every"})


@dataclass(frozen=True, slots=True)
class Case:
    """One entry: these events, in this order, and how many alerts they are meant to raise."""

    why: str
    events: tuple[Event, ...]
    alerts: int
    span: Span = field(compare=False)

    @property
    def matches(self) -> bool:
        """Whether the rule is meant to fire."""
        return self.alerts > 0


@dataclass(frozen=True, slots=True)
class Fixture:
    """The cases of one rule, and what is wrong with its file.

    ``lists`` fill the rule's placeholders while it is tested.
    """

    rule: str
    file: str
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


def fixture_path(rule_file: Path, name: str) -> Path:
    """Where the fixture of a rule lies: ``fixtures/`` beside the nearest ``rules/`` folder.

    Rules of a pack, as ``rules/debugdata/``, have theirs in ``fixtures/debugdata/``: whoever reads
    all of ``fixtures/`` with the packaged catalogue must not meet fields it does not know.
    """
    real = Path(file_reads.resolved(rule_file))
    root = next((p for p in real.parents if p.name == "rules"), None)
    folder = root.parent if root else rule_file.parent
    folders = real.relative_to(root).parts[:-1] if root is not None else ()
    pack = next((one for one in folders if one in PACKS), "")
    return folder / "fixtures" / pack / f"{name}.yml"


def read_fixture(path: Path, catalog: Catalog, *, events: bool = True) -> Fixture:
    """Read a fixture file. Never raises for what it holds; OSError where it cannot be read.

    Without ``events`` the cases stay empty: enough to know what is wrong with the file, and
    several times as fast.
    """
    source = parse(file_reads.content(path), str(path))
    reader = _Reader(catalog, list(source.problems), events=events)
    cases: list[Case] = []
    for document in source.documents:
        cases.extend(reader.document(document))
    return Fixture(path.stem, str(path), tuple(cases), tuple(reader.problems), reader.lists)


def event_from_paths(
    catalog: Catalog, values: dict[str, Any], without: Iterable[str] = ()
) -> Event:
    """A template event of ``values["eventType"]`` with these paths set and those taken away.

    A list for a ``target.*`` path makes that many targets. A prefix such as ``target`` may be set
    to any JSON value.

    >>> from okta_access.catalog.load import load_catalog
    >>> event = event_from_paths(load_catalog(), {"eventType": "x", "target.id": ["a", "b"]})
    >>> [target["id"] for target in event["target"]]
    ['a', 'b']
    """
    event = template_event(catalog, str(values.get("eventType", "")))
    for path, value in values.items():
        known = catalog.field(path)
        if known is not None and known.member:
            _set_members(event, known.steps, value)
        else:
            _set(event, path.split("."), value)
    for path in without:
        _remove(event, path.split("."))
    return event


class _Reader:
    def __init__(self, catalog: Catalog, problems: list[Problem], *, events: bool) -> None:
        self.catalog = catalog
        self.problems = problems
        self.events = events
        self.count = 0
        self.lists: dict[str, tuple[str, ...]] = {}
        paths = [*catalog.fields, *catalog.envelope]
        self.known = {p for path in paths for p in _prefixes(path)}

    def document(self, node: Node) -> list[Case]:
        if not isinstance(node, Mapping):
            self._problem(node.span, "a fixture has the lists `match` and `miss`")
            return []
        cases: list[Case] = []
        for entry in node.entries:
            if entry.name == "lists":
                self._lists(entry.value)
                continue
            if entry.name not in ("match", "miss"):
                hint = "match, miss and lists"
                self._problem(entry.key.span, f"unknown key `{entry.name}`", hint)
                continue
            if not isinstance(entry.value, Sequence):
                self._problem(entry.value.span, f"`{entry.name}` must be a list")
                continue
            for item in entry.value.items:
                case = self._case(item, entry.name == "match")
                if case is not None:
                    cases.append(case)
        return cases

    def _lists(self, node: Node) -> None:
        for entry in node.entries if isinstance(node, Mapping) else ():
            items = entry.value.items if isinstance(entry.value, Sequence) else ()
            texts = tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
            if not texts or len(texts) < len(items):
                self._problem(entry.value.span, f"the list `{entry.name}` must hold texts")
            self.lists[entry.name] = texts
        if not isinstance(node, Mapping):
            self._problem(node.span, "`lists` must be a mapping of names to lists of texts")

    def _case(self, node: Node, matches: bool) -> Case | None:
        if not isinstance(node, Mapping):
            self._problem(node.span, "an entry has `why` and `event` (or `history`)")
            return None
        before = len(self.problems)
        self._keys(node, _ENTRY_KEYS)
        why = node.get("why")
        if not isinstance(why, Scalar) or not why.text.strip():
            self._problem(node.span, "`why` is missing: say what the case stands for")
        start = self._start(node)
        history = node.get("history")
        self.count = 0
        if isinstance(history, Sequence) and history.items:
            events = [event for step in history.items for event in self._step(step, start)]
        elif history is None and node.get("event") is not None:
            events = self._step(node, start)
        else:
            self._problem(node.span, "either `event` or a list `history` is needed")
            events = []
        alerts = self._alerts(node, matches)
        if len(self.problems) > before:
            return None
        return Case(why.text if isinstance(why, Scalar) else "", tuple(events), alerts, node.span)

    def _alerts(self, node: Mapping, matches: bool) -> int:
        value = node.get("alerts")
        number = value.value if isinstance(value, Scalar) else None
        if value is None:
            return 1 if matches else 0
        if isinstance(number, bool) or not isinstance(number, int) or (number > 0) != matches:
            self._problem(value.span, "`alerts` must be a whole number, above 0 in `match` only")
            return 0
        return number

    def _start(self, node: Mapping) -> datetime:
        value = node.get("start")
        text = value.text if isinstance(value, Scalar) else EPOCH
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            self._problem(
                value.span if value else node.span,
                f"`start` is `{text}`",
                'a time such as "2026-01-01T00:30:00Z"',
            )
            return datetime.now(UTC)
        return start if start.tzinfo else start.replace(tzinfo=UTC)

    def _step(self, node: Node, start: datetime) -> list[Event]:
        if not isinstance(node, Mapping):
            self._problem(node.span, "a step has `at` and `event`")
            return []
        if node.get("history") is None and node.get("why") is None:
            self._keys(node, _STEP_KEYS)
        body = node.get("event")
        if not isinstance(body, Mapping) or body.get("eventType") is None:
            self._problem(node.span, "`event` must be a mapping with an eventType")
            return []
        without = self._without(node)
        for entry in body.entries:
            self._path(entry.key)
        at, every = self._offset(node, "at"), self._offset(node, "every")
        repeat_node = node.get("repeat")
        repeat = repeat_node.value if isinstance(repeat_node, Scalar) else 1
        if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= 100_000:
            self._problem(node.key_span("repeat"), "`repeat` must be a whole number from 1")
            return []
        try:
            for time in (start + at, start + at + every * (repeat - 1)):
                time.astimezone(UTC)
        except OverflowError:
            self._problem(node.span, "the step's time is outside the years 1 to 9999")
            return []
        if not self.events:
            return []
        return [
            self._event(plain(body), without, start + at + every * n, n + 1) for n in range(repeat)
        ]

    def _event(self, values: dict[str, Any], without: list[str], time: datetime, n: int) -> Event:
        self.count += 1
        filled = _fill(values, n)
        event = event_from_paths(self.catalog, filled, without)
        if "uuid" not in filled and "uuid" not in without:
            event["uuid"] = str(UUID(int=self.count, version=4))
        if "published" not in filled and "published" not in without:
            event["published"] = rfc3339(time)
        return event

    def _without(self, node: Mapping) -> list[str]:
        value = node.get("without")
        if value is None:
            return []
        if not isinstance(value, Sequence) or not all(isinstance(i, Scalar) for i in value.items):
            self._problem(value.span, "`without` must be a list of paths")
            return []
        scalars = [item for item in value.items if isinstance(item, Scalar)]
        for item in scalars:
            self._path(item)
        return [item.text for item in scalars]

    def _path(self, path: Scalar) -> None:
        if path.text in self.known:
            return
        close = get_close_matches(path.text, sorted(self.known), 1)
        hint = f"did you mean `{close[0]}`?" if close else "see okta-access catalog show"
        self.problems.append(Problem(path.span, "OA602", f"unknown field `{path.text}`", hint))

    def _offset(self, node: Mapping, key: str) -> timedelta:
        value = node.get(key)
        text = value.text if isinstance(value, Scalar) else "0s"
        if not _OFFSET.fullmatch(text):
            self._problem(
                value.span if value else node.span,
                f"`{key}` is `{text}`",
                "for example 90s, 6m or 59m59s",
            )
            return timedelta()
        return timedelta(seconds=sum(int(n) * _SECONDS[u] for n, u in _STEP.findall(text)))

    def _keys(self, node: Mapping, known: frozenset[str]) -> None:
        for entry in node.entries:
            if entry.name not in known:
                self._problem(
                    entry.key.span,
                    f"unknown key `{entry.name}`",
                    f"known are {', '.join(sorted(known))}",
                )

    def _problem(self, span: Span, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem(span, "OA603", message, hint))


def _prefixes(path: str) -> list[str]:
    steps = path.split(".")
    return [".".join(steps[: n + 1]) for n in range(len(steps))]


def _fill(value: Any, n: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(n))
    if isinstance(value, list):
        return [_fill(item, n) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, n) for key, item in value.items()}
    return value


def _set(event: Event, steps: list[str], value: Any) -> None:
    here = event
    for step in steps[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[steps[-1]] = value


def _set_members(event: Event, steps: tuple[str, ...], value: Any) -> None:
    """Set a path inside the members of an array: each value goes to the member of its place."""
    array, *rest = steps
    members = event.get(array)
    if not isinstance(members, list) or not members:
        members = [{}]
    members = [member if isinstance(member, dict) else {} for member in members]
    values = value if isinstance(value, list) else [value]
    while len(members) < len(values):
        members.append(copy.deepcopy(members[0]))
    for member, one in zip(members, values, strict=False):
        _set(member, rest, one)
    event[array] = members


def _remove(event: Any, steps: list[str]) -> None:
    if isinstance(event, list):
        for member in event:
            _remove(member, steps)
    elif isinstance(event, dict):
        if len(steps) == 1:
            event.pop(steps[0], None)
        else:
            _remove(event.get(steps[0]), steps[1:])
