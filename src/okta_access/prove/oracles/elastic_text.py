"""Compiled Lucene and ES|QL, run on a real Elasticsearch over the events of all rules.

An ES|QL query of a correlation is run over each history by itself: all of them are loaded at once,
and a filter beside the query leaves the others out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

import msgspec

from okta_access.catalog.model import PUBLISHED, UUID, Catalog
from okta_access.compile.elastic.esql.grouping import key_fields
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.model import Job, Translation
from okta_access.compile.registry import target
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import Groups, NotApplicable, Verdicts
from okta_access.prove.oracles.elastic_documents import COPIES
from okta_access.prove.oracles.elastic_events import LoadReport
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle
from okta_access.rules.model import Correlation, EventRule, Rule, fields_read

Ask = Callable[[ElasticsearchOracle, str], frozenset[str]]


class Corpus:
    """The events that the server holds, loaded once for as long as the same are asked about."""

    def __init__(self, engine: ElasticsearchOracle) -> None:
        self.engine = engine
        self.version = f"Elasticsearch {engine.version()}"
        self._events: Sequence[Event] = ()
        self._report: LoadReport | None = None

    def hold(self, events: Sequence[Event]) -> LoadReport:
        """Let the server hold these events and no others."""
        if self._report is None or events is not self._events:
            self.engine.delete()
            self._report = self.engine.load(events)
            self._events = events
        return self._report


class TextOracle:
    """One target's query texts, judged by the engine they are written for."""

    def __init__(self, name: str, ask: Ask, corpus: Corpus, job: Job) -> None:
        self.name = name
        self.version = corpus.version
        self._ask = ask
        self._corpus = corpus
        self._catalog = job.catalog
        self._translations: dict[str, Translation] = {
            translation.rule: translation for translation in target(name).compile(job).translations
        }

    def verdicts(self, rule: EventRule, events: Sequence[Event]) -> Verdicts | NotApplicable:
        """The uuids that the compiled query finds.

        Left out are events that the server did not take, and those whose value in a field that the
        rule reads is not the event's there (docs/semantics.md, last section).
        """
        text = self._text(rule)
        if isinstance(text, NotApplicable):
            return text
        report = self._corpus.hold(events)
        unjudged = _unlike(report, _names({*fields_read(rule.expr)}, self._catalog))
        return Verdicts(self._ask(self._corpus.engine, text), unjudged)

    def groups(
        self, rule: Correlation, _histories: Sequence[Sequence[Event]], /
    ) -> Sequence[Groups | None] | NotApplicable:
        """Why none are told: the language cannot say correlations."""
        text = self._text(rule)
        if isinstance(text, NotApplicable):
            return text
        return NotApplicable(f"{self.name} finds events and not groups", "not asked")

    def _text(self, rule: Rule) -> str | NotApplicable:
        translation = self._translations.get(rule.name)
        if translation is None or translation.text is None:
            return NotApplicable(translation.note or "refused" if translation else "not compiled")
        return translation.text


class EsqlOracle(TextOracle):
    """ES|QL, which says correlations as well; histories have an index of their own.

    Asked is the exact form, since a history tells nothing of when a query is run.
    """

    def __init__(self, corpus: Corpus, histories: Corpus, job: Job) -> None:
        exact = msgspec.structs.replace(job.settings.elastic, form="exact")
        settings = msgspec.structs.replace(job.settings, elastic=exact)
        job = replace(job, settings=settings)
        super().__init__("elastic-esql", ElasticsearchOracle.esql, corpus, job)
        self._histories = histories
        self._spoken = corpus.engine.speaks_esql()
        self._rules = job.rules
        self._fields = Fields(job.catalog, job.settings.elastic)

    def groups(
        self, rule: Correlation, histories: Sequence[Sequence[Event]], /
    ) -> Sequence[Groups | None] | NotApplicable:
        """The groups of which the compiled query finds a row, for each history.

        None for a history of which the server holds an event otherwise than the log does.
        """
        text = self._text(rule)
        if isinstance(text, NotApplicable):
            return text
        report = self._histories.hold([event for history in histories for event in history])
        inside = (base.expr for base in self._rules.referenced(rule))
        read = {*rule.fields, *fields_read(*inside), PUBLISHED, UUID}
        unlike = _unlike(report, _names(read, self._catalog))
        starts = [0, *accumulate(map(len, histories))]
        whole = {
            place: range(starts[place], starts[place + 1])
            for place, history in enumerate(histories)
            if not any(event[UUID] in unlike for event in history)
        }
        found = self._histories.engine.esql_rows_within(text, whole.values())
        keys = [key.name for key in key_fields(rule, self._fields)]
        groups = {
            place: frozenset(tuple(_text_of(row[key]) for key in keys) for row in rows)
            for place, rows in zip(whole, found, strict=True)
        }
        return [groups.get(place) for place in range(len(histories))]

    def _text(self, rule: Rule) -> str | NotApplicable:
        if not self._spoken:
            return NotApplicable("this server has no ES|QL", "not asked")
        return super()._text(rule)


def _text_of(value: object) -> str:
    """A key of a row as its text in a log."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unlike(report: LoadReport, names: set[str]) -> frozenset[str]:
    """The events that the server refused, or of which it holds one of these fields otherwise."""
    altered = (
        uuid
        for uuid, fields in report.altered.items()
        if any(f == name or name.startswith(f"{f}.") for f in fields for name in names)
    )
    return frozenset((*report.refused, *altered))


def _names(paths: Iterable[str], catalog: Catalog) -> set[str]:
    """The Elastic fields that stand for these paths."""
    found: set[str] = set()
    for path in paths:
        field = catalog.field(path)
        if field is not None:
            found.update((field.elastic, *COPIES.get(path, ())))
    return found
