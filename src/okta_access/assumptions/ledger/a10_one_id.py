"""A10: a person acts under one id."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from okta_access.assumptions.bars import Answer, Bar
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import Spl, SplQuery, evals

_BAR = Bar(contradicted_to=0.8)  # of fewer with one id, correlations by actor miss too much
_NOBODY = "unknown"


@dataclass(slots=True)
class _OneId(Figure):
    _logins: Counter[str] = field(default_factory=Counter)
    _ids: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, event: AccessEvent) -> None:
        named = event.login and event.login != _NOBODY and event.actor
        if event.kind is ActorKind.USER and named:
            self._logins[event.login] += 1
            self._ids[event.login].add(event.actor)

    def answer(self) -> Answer:
        several = sum(len(ids) > 1 for ids in self._ids.values())
        often = sum(count > 1 for count in self._logins.values())  # once is always with one id
        return _BAR.answer(
            often - several,
            often,
            "logins seen more than once with one actor.id",
            logins=len(self._ids),
            seen_more_than_once=often,
            with_several_ids=several,
        )


def _spl(spl: Spl) -> SplQuery:
    terms, commands = spl.users
    return terms, [
        *commands,
        evals(f"login={spl.there('actor.alternateId')}", f"actor={spl.there('actor.id')}"),
        "where isnotnull(login)",
        "where isnotnull(actor)",
        f'where login!="{_NOBODY}"',
        "stats count AS events dc(actor) AS ids BY login",
        evals("often=if(events>1, 1, 0)", "several=if(ids>1, 1, 0)"),
        "stats count AS logins sum(often) AS seen_more_than_once sum(several) AS with_several_ids",
    ]


def _esql(esql: Esql) -> list[str]:
    actor = esql.column("actor.id")
    return [
        f"WHERE {esql.users} AND {actor} IS NOT NULL",
        f"EVAL login = {esql.lower('actor.alternateId')}",
        f'WHERE login IS NOT NULL AND login != "{_NOBODY}"',
        stats("events = COUNT(*)", f"ids = COUNT_DISTINCT({actor})", by=["login"]),
        stats(
            "logins = COUNT(*)",
            "seen_more_than_once = COUNT(*) WHERE events > 1",
            "with_several_ids = COUNT(*) WHERE ids > 1",
        ),
    ]


ASSUMPTION = Assumption(
    id="A10",
    statement="one person has one actor.id",
    upheld="each login appears with one actor.id",
    contradicted="logins appear with several actor.ids",
    otherwise="correlations by actor count one person as several",
    figure=_OneId,
    questions=(
        Question(
            "a10",
            ("logins", "seen_more_than_once", "with_several_ids"),
            f"seen_more_than_once without with_several_ids, of seen_more_than_once: {_BAR.limits}",
            _spl,
            _esql,
        ),
    ),
    groups=("actor.id",),
)
