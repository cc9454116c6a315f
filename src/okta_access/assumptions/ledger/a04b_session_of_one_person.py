"""A4b: the service does not act for many people in one session of its own.

Counted are events, not sessions: a service with a single id for everybody has one session alone.
What happened once in a session is with one actor anyhow, so only sessions seen again can tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from okta_access.assumptions.bars import Answer, Bar
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import Spl, SplQuery, evals, sums

_SESSION = "authenticationContext.externalSessionId"
_BAR = Bar(contradicted_to=0.8)  # each session of several raises an alert of the rules on sessions
_AGAIN, _ONE = "events_in_sessions_seen_again", "of_these_with_one_actor"


@dataclass(slots=True)
class _SessionOfOne(Figure):
    _events: Counter[str] = field(default_factory=Counter)
    _actors: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, event: AccessEvent) -> None:
        if event.kind is ActorKind.USER and event.session and event.actor:
            self._events[event.session] += 1
            self._actors[event.session].add(event.actor)

    def answer(self) -> Answer:
        again = {session: count for session, count in self._events.items() if count > 1}
        of_one = sum(count for session, count in again.items() if len(self._actors[session]) == 1)
        return _BAR.answer(
            of_one,
            sum(again.values()),
            "events in sessions seen again whose session has one actor",
            session_ids=len(self._events),
            with_several_actors=sum(len(actors) > 1 for actors in self._actors.values()),
            events_in_sessions_seen_again=sum(again.values()),
            of_these_with_one_actor=of_one,
        )


def _spl(spl: Spl) -> SplQuery:
    terms, commands = spl.users
    return terms, [
        *commands,
        evals(f"session={spl.like(_SESSION, spl.session)}", f"actor={spl.there('actor.id')}"),
        "where isnotnull(session)",
        "where isnotnull(actor)",
        "stats count AS events dc(actor) AS actors BY session",
        evals(
            "session_ids=1",
            "several=if(actors>1, 1, 0)",
            "again=if(events>1, events, 0)",
            "one=if(actors=1, again, 0)",
        ),
        sums("session_ids", "several:with_several_actors", f"again:{_AGAIN}", f"one:{_ONE}"),
    ]


def _esql(esql: Esql) -> list[str]:
    actor = esql.column("actor.id")
    return [
        f"WHERE {esql.users} AND {actor} IS NOT NULL AND {esql.in_session}",
        stats(
            "events = COUNT(*)",
            f"actors = COUNT_DISTINCT({actor})",
            by=[f"session = {esql.column(_SESSION)}"],
        ),
        stats(
            "session_ids = COUNT(*)",
            "with_several_actors = COUNT(*) WHERE actors > 1",
            f"{_AGAIN} = SUM(CASE(events > 1, events, 0))",
            f"{_ONE} = SUM(CASE(events > 1 AND actors == 1, events, 0))",
        ),
    ]


ASSUMPTION = Assumption(
    id="A4b",
    statement="one session id belongs to one person: the service does not give one to many",
    upheld="what users do in one session is done by one actor",
    contradicted="users' events share session ids with those of other actors",
    otherwise="rules that count people or countries in a session alert on ordinary work",
    figure=_SessionOfOne,
    questions=(
        Question(
            "a4b",
            ("session_ids", "with_several_actors", _AGAIN, _ONE),
            f"{_ONE}, of {_AGAIN}: {_BAR.limits}",
            _spl,
            _esql,
        ),
    ),
    groups=(_SESSION,),
)
