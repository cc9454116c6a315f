"""rsigma, a Sigma engine of others (Rust, MIT licence), asked through its command line.

It reads the rules' own documents, so that it judges our reading of Sigma as well as our matching.
Its word counts where its reading and Sigma's are known to be one (see also
:mod:`~okta_access.prove.oracles.rsigma_rules`); the rest is left out and counted:

* events that hold, in a field the rule reads, an empty text, an empty list, a list with null, a
  number, in a boolean field another text than true and false, or an address in another writing
  than the usual (it compares them as texts, and an IPv4-mapped one as IPv6);
* histories with copies of an event (it counts them twice), with an event that lacks a group key
  (to it null is a key) or has several keys or counted values (to it a list is one), and, in an
  order, with events of one time (it takes them in the order of the file).

It drops rules and lines that it cannot read and exits 0, so what it says it loaded is counted.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from okta_access.catalog.model import PUBLISHED, UUID, Catalog, Field, FieldType
from okta_access.catalog.times import event_time
from okta_access.compile.model import Job
from okta_access.errors import EngineError
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import Groups, NotApplicable, Verdicts
from okta_access.prove.oracles.rsigma_rules import SLOWER, Handed, asked_to_exist
from okta_access.rules.addresses import parse_address
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Rule, fields_read

_OPTIONS = (
    "engine", "eval", "--input-format", "json", "--output-format", "ndjson", "--color", "never",
    "--timestamp-field", PUBLISHED, "--include-event", "--action", "reset",
    "--correlation-event-mode", "refs",
)  # fmt: skip
_KNOWN = ("0.23.", "0.26.")
_LOADED = re.compile(r"Loaded (\d+) (?:detection )?rules(?: \+ (\d+) correlation rules)?")
_PROCESSED = re.compile(r"Processed (\d+) events")
_PATIENCE_SECONDS = 600
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_START = 1_000_000_000  # seconds since 1970, where the first history of a run begins
_END = 200_000_000_000  # and where none may end: in the year 8307
_DAY = 86_400


class _Uuid(msgspec.Struct):
    uuid: str


class _Ref(msgspec.Struct):
    timestamp: int


class _Match(msgspec.Struct):
    """A line of output; of a correlation it has a group key, of an event rule the event."""

    rule_id: str
    event: _Uuid | None = None
    group_key: tuple[tuple[str, Any], ...] | None = None
    event_refs: tuple[_Ref, ...] = ()


class Program:
    """The program, run over rules and events.

    Raises :class:`EngineError` where it does not run, or is of another version than is known.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            asked = subprocess.run(
                [path, "--version"], capture_output=True, check=True, timeout=60, text=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineError(f"`{path}` does not run: {error}") from error
        name, _, version = asked.stdout.partition("\n")[0].partition(" ")
        if name != "rsigma" or not version.startswith(_KNOWN):
            raise EngineError(
                f"`{path} --version` says `{name} {version}`",
                hint="expected rsigma 0.23 or 0.26, of which is known where its word counts",
            )
        self.version = f"rsigma {version}"

    def matches(
        self, documents: Sequence[Mapping[str, Any]], events: Iterable[Event]
    ) -> list[_Match]:
        """What it finds. Raises :class:`EngineError` where it fails or leaves something out."""
        with tempfile.TemporaryDirectory(prefix="okta-access-rsigma-") as folder:
            rules, log = Path(folder, "rules"), Path(folder, "events.jsonl")
            rules.mkdir()
            for number, document in enumerate(documents):
                # JSON is YAML.
                Path(rules, f"{number}.yml").write_text(json.dumps(document), encoding="ascii")
            with log.open("w", encoding="ascii") as lines:
                count = 0
                for event in events:
                    lines.write(json.dumps(event) + "\n")
                    count += 1
            command = [self.path, *_OPTIONS, "--rules", str(rules), "--event", f"@{log}"]
            found, told = self._run(command, Path(folder))
        loaded, processed = _LOADED.search(told), _PROCESSED.search(told)
        read = sum(int(number or 0) for number in loaded.groups()) if loaded else 0
        if read != len(documents) or not processed or int(processed[1]) != count:
            raise EngineError(
                f"rsigma took {read} of {len(documents)} rules and"
                f" {processed[1] if processed else 0} of {count} events"
            )
        return found

    def _run(self, command: Sequence[str], folder: Path) -> tuple[list[_Match], str]:
        """Its output, read into matches line by line, and what it says beside it."""
        messages, output = Path(folder, "messages"), Path(folder, "output")
        decoder = msgspec.json.Decoder(_Match)
        try:
            with messages.open("wb") as told, output.open("wb") as out:
                subprocess.run(
                    command, stdout=out, stderr=told, check=True, timeout=_PATIENCE_SECONDS
                )
        except (OSError, subprocess.SubprocessError) as error:
            said = messages.read_text("utf-8", "replace").strip().rpartition("\n")[2]
            raise EngineError(f"rsigma failed: {said or error}") from error
        try:
            with output.open("rb") as lines:
                found = [decoder.decode(line) for line in lines]
        except msgspec.MsgspecError as error:
            raise EngineError(f"rsigma answers in another form: {error}") from error
        return found, messages.read_text("utf-8", "replace")


class RsigmaOracle:
    """Event rules, and correlations in the mode Reset."""

    name = "rsigma"

    def __init__(self, program: Program, job: Job) -> None:
        self.version = program.version
        self._program = program
        self._job = job
        self._handed = Handed(job)
        self._corpus: AskedEvents | None = None
        self._found: dict[str, frozenset[str]] = {}

    def verdicts(self, rule: EventRule, events: Sequence[Event]) -> Verdicts | NotApplicable:
        """The uuids of the events that match.

        The events of the first question are judged for all rules at once, since a run asks every
        rule about them.
        """
        document = self._handed.document(rule)
        if isinstance(document, NotApplicable):
            return document
        if self._corpus is None:
            corpus = AskedEvents(events, self._job.catalog)
            self._found = self._matched(self._job.rules.rules, corpus)
            self._corpus = corpus
        asked, found = self._corpus, self._found
        if events is not asked.events or rule.name not in found:
            asked = AskedEvents(events, self._job.catalog)
            found = self._matched((rule,), asked)
        unjudged = asked.odd({*fields_read(rule.expr)})
        unjudged |= asked.null_at(asked_to_exist(document["detection"]))
        return Verdicts(found[rule.name] - unjudged, unjudged)

    def groups(
        self, rule: Correlation, histories: Sequence[Sequence[Event]], /
    ) -> Sequence[Groups | None] | NotApplicable:
        """The groups in which it fires, for each history; many histories in one run."""
        bases = self._job.rules.referenced(rule)
        documents = []
        handed: tuple[Rule, ...] = (*bases, rule)
        for one in handed:
            document = self._handed.document(one)
            if isinstance(document, NotApplicable):
                return document
            documents.append(document)
        existing = asked_to_exist([one["detection"] for one in documents[:-1]])
        found: list[set[tuple[str, ...]] | None] = [
            set() if judged else None for judged in self._judged(rule, bases, existing, histories)
        ]
        places = [place for place, groups in enumerate(found) if groups is not None]
        for run in _runs(places, histories, rule.timespan.seconds):
            for place, group in self._fired(documents, run, histories):
                found[place] = (found[place] or set()) | {group}
        return [None if groups is None else frozenset(groups) for groups in found]

    def _matched(self, rules: Sequence[Rule], asked: AskedEvents) -> dict[str, frozenset[str]]:
        documents = {rule.name: self._handed.document(rule) for rule in rules}
        given = {name: one for name, one in documents.items() if isinstance(one, dict)}
        names = {str(one["id"]): name for name, one in given.items()}
        found: dict[str, set[str]] = {name: set() for name in given}
        for match in self._program.matches([*given.values()], asked.readable):
            if match.event is not None:
                found[names[match.rule_id]].add(match.event.uuid)
        return {name: frozenset(uuids) for name, uuids in found.items()}

    def _judged(
        self,
        rule: Correlation,
        bases: Sequence[EventRule],
        existing: Iterable[str],
        histories: Sequence[Sequence[Event]],
    ) -> Iterator[bool]:
        """For each history, whether its word counts there."""
        catalog = self._job.catalog
        paths = {*rule.fields, *fields_read(*(base.expr for base in bases))}
        asked = AskedEvents([event for history in histories for event in history], catalog)
        odd = asked.odd(paths) | asked.null_at(existing)
        paths_of_keys = dict.fromkeys(path for paths in rule.keys for path in paths)
        keys = [field for path in paths_of_keys if (field := catalog.field(path)) is not None]
        counted = catalog.field(rule.value_field) if rule.value_field else None
        ordered = rule.type is CorrelationType.TEMPORAL_ORDERED
        for history in histories:
            times = {event_time(event) for event in history}
            yield not (
                None in times
                or (ordered and len(times) < len(history))
                or len({event[UUID] for event in history}) < len(history)
                or any(event[UUID] in odd for event in history)
                or any(not _one_value(event, key) for event in history for key in keys)
                or any(_several_values(event, counted) for event in history)
            )

    def _fired(
        self,
        documents: Sequence[Mapping[str, Any]],
        run: Mapping[int, int],
        histories: Sequence[Sequence[Event]],
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Histories with groups in which the correlation fired; ``run`` has their new starts."""
        events = [event for place, start in run.items() for event in _at(histories[place], start)]
        own = documents[-1]["id"]
        places, starts = [*run], [*run.values()]
        for match in self._program.matches(documents, events):
            if match.rule_id == own:
                last = max((ref.timestamp for ref in match.event_refs), default=_START)
                place = places[bisect_right(starts, last) - 1]
                yield place, tuple(_shown(text) for _, text in match.group_key or ())


class AskedEvents:
    """Events, and which of them hold what rsigma reads in a way of its own."""

    def __init__(self, events: Sequence[Event], catalog: Catalog) -> None:
        self.events = events
        self.readable = [e for e in events if not _HALF_CHARACTER.search(_text_of(e))]
        told = {str(event[UUID]) for event in self.readable}
        self._unreadable = frozenset(str(event[UUID]) for event in events) - told
        self._catalog = catalog
        self._odd: dict[str, frozenset[str]] = {}

    def odd(self, paths: Iterable[str]) -> frozenset[str]:
        """Those of which its word does not count for what reads these fields."""
        return self._unreadable.union(*(self._odd_at(path) for path in paths))

    def null_at(self, paths: Iterable[str]) -> frozenset[str]:
        """Those with a null at one of these paths."""
        steps = [path.split(".") for path in paths]
        return frozenset(
            str(event[UUID]) for event in self.events if any(_holds_null(event, s) for s in steps)
        )

    def _odd_at(self, path: str) -> frozenset[str]:
        field = self._catalog.field(path)
        if path not in self._odd and field is not None:
            self._odd[path] = frozenset(
                str(event[UUID])
                for event in self.events
                if any(_is_odd(value, field) for value in _values_at(event, field.steps))
            )
        return self._odd.get(path, frozenset())


def _runs(
    places: Sequence[int], histories: Sequence[Sequence[Event]], timespan: int
) -> Iterator[dict[int, int]]:
    """New starts (in seconds) for histories, so far apart that none disturbs another."""
    run: dict[int, int] = {}
    clock = _START
    for place in places:
        times = [time for event in histories[place] if (time := event_time(event)) is not None]
        length = (max(times) - min(times)) // 1000 + 2 * SLOWER * timespan + _DAY if times else 0
        if clock + length > _END and run:
            yield run
            run, clock = {}, _START
        run[place] = clock
        clock += length
    if run:
        yield run


def _at(history: Sequence[Event], start: int) -> list[Event]:
    """The history from ``start`` on, by time, a second for each of its milliseconds."""
    timed = [(event_time(event) or 0, event) for event in history]
    first = min((time for time, _ in timed), default=0)
    return [
        {**event, PUBLISHED: _time_text(start + (time - first) // 1000)}
        for time, event in sorted(timed, key=lambda one: one[0])
    ]


def _time_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _is_odd(value: Any, field: Field) -> bool:
    if field.type is FieldType.BOOLEAN:
        return not (value is None or isinstance(value, bool) or value in ("true", "false"))
    if value is None:
        return False
    if not isinstance(value, str) or not value:
        return True
    if field.type is FieldType.ENUM:  # which we compare exactly, and Sigma does not
        return value not in field.values and value.lower() in map(str.lower, field.values)
    return field.type is FieldType.IP and not _is_usual(value)


def _is_usual(text: str) -> bool:
    """Whether it is an address as it is mostly written, or none at all."""
    address = parse_address(text)
    return address is None or str(address) == text


def _one_value(event: Event, key: Field) -> bool:
    return [value is not None for value in _values_at(event, key.steps)] == [True]


def _several_values(event: Event, counted: Field | None) -> bool:
    return counted is not None and len(_values_at(event, counted.steps)) > 1


def _values_at(node: Any, steps: Sequence[str]) -> list[Any]:
    """What a path leads to, through lists; null where a step is missing, a list as it is."""
    if isinstance(node, list) and steps:
        return [leaf for member in node for leaf in _values_at(member, steps)]
    if not steps:
        return [node]
    if node is not None and not isinstance(node, dict):
        return [node]
    return _values_at(node.get(steps[0]) if node else None, steps[1:])


def _holds_null(node: Any, steps: Sequence[str]) -> bool:
    if isinstance(node, list):
        return any(_holds_null(member, steps) for member in node)
    if not steps:
        return node is None
    return isinstance(node, dict) and steps[0] in node and _holds_null(node[steps[0]], steps[1:])


def _text_of(event: Event) -> str:
    return json.dumps(event, ensure_ascii=False)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
