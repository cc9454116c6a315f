"""Compiled Lucene and ES|QL, run on a real Elasticsearch over the events of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from okta_access.catalog.model import Catalog
from okta_access.compile.model import Job, Translation
from okta_access.compile.registry import target
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import NotApplicable, Oracle, Verdicts
from okta_access.prove.oracles.elastic_documents import COPIES
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle, LoadReport
from okta_access.rules.model import EventRule, SameAs, atoms

Ask = Callable[[ElasticsearchOracle, str], frozenset[str]]
_TARGETS: Mapping[str, Ask] = {
    "elastic-lucene": lambda engine, text: engine.lucene(text),
    "elastic-esql": lambda engine, text: engine.esql(text),
}


@contextmanager
def opened(url: str, job: Job) -> Iterator[Sequence[Oracle]]:
    """An oracle for each target, on the server at ``url``; what they load is gone afterwards.

    Raises :class:`~okta_access.errors.EngineError` and :class:`~okta_access.errors.InputError`.
    """
    with ElasticsearchOracle(url, catalog=job.catalog) as engine:
        corpus = _Corpus(engine)
        yield [TextOracle(name, ask, corpus, job) for name, ask in _TARGETS.items()]


class _Corpus:
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

    def __init__(self, name: str, ask: Ask, corpus: _Corpus, job: Job) -> None:
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
        rule reads is not the event's there (design, section 4, Values).
        """
        translation = self._translations.get(rule.name)
        if translation is None or translation.text is None:
            return NotApplicable(translation.note or "refused" if translation else "not compiled")
        report = self._corpus.hold(events)
        names = _names(rule, self._catalog)
        altered = {
            uuid
            for uuid, fields in report.altered.items()
            if any(f == name or name.startswith(f"{f}.") for f in fields for name in names)
        }
        found = self._ask(self._corpus.engine, translation.text)
        return Verdicts(found, frozenset({*report.refused, *altered}))


def _names(rule: EventRule, catalog: Catalog) -> set[str]:
    """The Elastic fields that stand for what the rule reads."""
    found: set[str] = set()
    for atom in atoms(rule.expr):
        paths = (atom.field, *((atom.test.other,) if isinstance(atom.test, SameAs) else ()))
        for path in paths:
            field = catalog.field(path)
            if field is not None:
                found.update((field.elastic, *COPIES.get(path, ())))
    return found
