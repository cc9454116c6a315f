"""Compiled Splunk searches, run by the interpreter of ``spl`` under every pair of readings.

No Splunk takes part: what is compared is the search as its documentation is understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from okta_access.catalog.model import PUBLISHED, UUID
from okta_access.compile.model import Job, Translation
from okta_access.compile.registry import target
from okta_access.compile.splunk.query.correlations import result_keys
from okta_access.compile.splunk.query.names import Names
from okta_access.errors import EngineError
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import Groups, NotApplicable, Verdicts
from okta_access.rules.model import Correlation, EventRule, fields_read
from okta_access.rules.settings.files import SplunkSettings
from okta_access.spl.beliefs import PAIRWISE, NotDocumentedError
from okta_access.spl.engine import Held, Indexed, Splunk
from okta_access.spl.fields import Losses, ways_to
from okta_access.spl.syntax import names_in
from okta_access.spl.values import Row, members

_TARGET = "splunk"


class SplunkOracle:
    """The searches of the target ``splunk``, run by the interpreter."""

    name = "splunk-interpreter"
    version = f"Search Reference 9.x, {len(PAIRWISE)} readings; not a real Splunk"

    def __init__(self, job: Job) -> None:
        # Where the events are is the installation's affair, and the interpreter is its own.
        own = SplunkSettings(field_prefix=job.settings.splunk.field_prefix)
        job = replace(job, settings=msgspec.structs.replace(job.settings, splunk=own))
        self._job = job
        self._losses = Losses(job.catalog)
        self._names = Names(job.catalog, job.settings.splunk.field_prefix)
        self._installations = [Splunk(b, n, self._names.prefix) for n, b in enumerate(PAIRWISE)]
        self._read_by = [*zip(PAIRWISE, self._installations, strict=True)]
        made = target(_TARGET).compile(job).translations
        self._translations = {translation.rule: translation for translation in made}
        self._towards = ways_to(frozenset().union(*map(_names_in, made)))
        self._events: Sequence[Event] = ()
        self._held: Sequence[Held] = ()
        self._lost: Mapping[str, frozenset[str]] = {}

    def verdicts(self, rule: EventRule, events: Sequence[Event]) -> Verdicts | NotApplicable:
        """The uuids that the search finds.

        Left out are events of which Splunk does not hold a field that the rule reads as the log
        does. Raises :class:`EngineError` where the readings disagree, or none can be run.
        """
        text = self._text(rule.name)
        if isinstance(text, NotApplicable):
            return text
        self._hold(events)
        read = frozenset(fields_read(rule.expr))
        unjudged = frozenset(uuid for uuid, paths in self._lost.items() if paths & read)
        column = self._names.result(UUID)
        found = [
            frozenset(u for row in rows for u in members(row.get(column))) - unjudged
            for rows in self._results(text, self._held)
        ]
        _same(rule.name, found)
        return Verdicts(found[0], unjudged)

    def groups(
        self, rule: Correlation, histories: Sequence[Sequence[Event]], /
    ) -> Sequence[Groups | None] | NotApplicable:
        """The groups in which the search for a correlation fires, for each history.

        None where one of the events is not held by Splunk as by the log. Raises as
        :meth:`verdicts`.
        """
        text = self._text(rule.name)
        if isinstance(text, NotApplicable):
            return text
        bases = [base.expr for base in self._job.rules.referenced(rule)]
        read = {*fields_read(*bases), *rule.fields, PUBLISHED, UUID}
        keys = result_keys(rule, self._names)
        return [
            None
            if any(read.intersection(self._losses.of(event)) for event in events)
            else self._groups_of(rule, text, keys, events)
            for events in histories
        ]

    def _groups_of(
        self, rule: Correlation, text: str, keys: Sequence[str], events: Sequence[Event]
    ) -> Groups:
        found = [
            frozenset(tuple(str(row[key]) for key in keys) for row in rows)
            for rows in self._results(text, self._extracted(events))
        ]
        _same(rule.name, found)
        return found[0]

    def _text(self, name: str) -> str | NotApplicable:
        translation = self._translations.get(name)
        if translation is None:
            return NotApplicable("not compiled")
        return translation.text or NotApplicable(translation.note or "refused")

    def _hold(self, events: Sequence[Event]) -> None:
        if events is self._events and self._held:
            return
        self._events = events
        self._held = self._extracted(events)
        self._lost = {
            str(event[UUID]): frozenset(paths)
            for event in events
            if (paths := self._losses.of(event))
        }

    def _extracted(self, events: Sequence[Event]) -> Sequence[Held]:
        """The events as each installation holds them, with the fields that any search names.

        What reads JSON alike holds the same; how null and empty texts are read matters only where
        there are any.
        """
        readings = {(b.null_text, b.empty_text): one for b, one in self._read_by}
        rows: dict[tuple[bool, bool], list[Row]] = {reading: [] for reading in readings}
        for event in map(Indexed, events):
            leaves = event.leaves(self._names.prefix, self._towards)
            values = [leaf for _, leaf in leaves]
            null, empty = None in values, "" in values
            same: dict[tuple[bool, bool], Row] = {}
            for reading, one in readings.items():
                matters = (null and reading[0], empty and reading[1])
                if matters not in same:
                    same[matters] = one.row(event, leaves)
                rows[reading].append(same[matters])
        held = {reading: Held(found) for reading, found in rows.items()}
        return [held[b.null_text, b.empty_text] for b, _ in self._read_by]

    def _results(self, text: str, held: Sequence[Held]) -> Iterator[list[Row]]:
        for installation, rows in zip(self._installations, held, strict=True):
            try:
                yield installation.run_over(text, rows)
            except NotDocumentedError as error:
                raise EngineError(f"the interpreter {error}") from error


def _names_in(translation: Translation) -> frozenset[str]:
    try:
        return names_in(translation.text or "")
    except NotDocumentedError:
        return frozenset()  # such a search fails before it reads a field


def _same(rule: str, found: Sequence[object]) -> None:
    odd = next((n for n, one in enumerate(found) if one != found[0]), None)
    if odd is not None:
        raise EngineError(f"{rule} finds other events under {PAIRWISE[odd]} than {PAIRWISE[0]}")
