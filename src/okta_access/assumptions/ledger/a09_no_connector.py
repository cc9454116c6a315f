"""A9: Okta's own connector takes no part in these events."""

from __future__ import annotations

import re
from dataclasses import dataclass

from okta_access.assumptions.bars import Answer, Support
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import Spl, SplQuery, evals, flag

_LEAST = 200  # so many events without it show that it does not act; one with it, that it does
# In the dialect that Python, PCRE and Lucene share, for text in lower case.
_CONNECTOR = "okta.?(iga|atspoke).?connector"
_IS_CONNECTOR = re.compile(_CONNECTOR, re.IGNORECASE)
_NAMED_IN = ("actor.displayName", "client.userAgent.rawUserAgent")
_FIGURES = ("access_events", "by_the_connector")


@dataclass(slots=True)
class _NoConnector(Figure):
    _events: int = 0
    _by_connector: int = 0

    def add(self, event: AccessEvent) -> None:
        self._events += 1
        self._by_connector += bool(_IS_CONNECTOR.search(f"{event.actor_name}\n{event.agent}"))

    def answer(self) -> Answer:
        events, by_connector = self._events, self._by_connector
        figures = {"access events": events, "by the connector": by_connector}
        if by_connector:
            return Answer(Support.CONTRADICTED, f"{by_connector} events by the connector", figures)
        if events < _LEAST:
            reason = f"{events} events to judge by, at least {_LEAST} are needed"
            return Answer(Support.NOT_SHOWN, reason, figures)
        return Answer(Support.UPHELD, f"none of {events} events is by the connector", figures)


def _spl(spl: Spl) -> SplQuery:
    by = " OR ".join(spl.has(path, f"(?i){_CONNECTOR}") for path in _NAMED_IN)
    return spl.terms(spl.types()), [
        evals(f"connector={flag(by)}"),
        "stats count AS access_events sum(connector) AS by_the_connector",
    ]


def _esql(esql: Esql) -> list[str]:
    by = " OR ".join(f'{esql.lower(path)} RLIKE ".*{_CONNECTOR}.*"' for path in _NAMED_IN)
    return [
        f"WHERE {esql.types()}",
        stats("access_events = COUNT(*)", f"by_the_connector = COUNT(*) WHERE {by}"),
    ]


ASSUMPTION = Assumption(
    id="A9",
    statement="Okta's own connector does not act on access.*",
    upheld="many access events, none of them by the connector",
    contradicted="the connector is the actor of access events",
    otherwise="rules about apps alert on ordinary decisions until the connector is listed",
    figure=_NoConnector,
    questions=(
        Question(
            "a9",
            _FIGURES,
            f"none by_the_connector, of {_LEAST} access_events or more; a single one contradicts"
            " it",
            _spl,
            _esql,
        ),
    ),
    seen_by_others='an Okta engineer wrote in 2022 of "Okta AtSpoke Connector" as the actor of the'
    " changes that Access Requests makes to users, groups and apps; of access.* nothing was said",
)
