"""A4: Okta says of these events which session they came from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import Spl, SplQuery, evals, flag

_SESSION = "authenticationContext.externalSessionId"


@dataclass(slots=True)
class _SessionFilled(Figure):
    _users: Counter[str] = field(default_factory=Counter)
    _filled: Counter[str] = field(default_factory=Counter)

    def add(self, event: AccessEvent) -> None:
        if event.kind is ActorKind.USER:
            self._users[event.plane] += 1
            self._filled[event.plane] += bool(event.session)

    def answer(self) -> Answer:
        return BAR.worst(
            {plane: (self._filled[plane], total) for plane, total in self._users.items()},
            "users' events with a session id",
            by_users=self._users.total(),
            with_a_session_id=self._filled.total(),
        )


def _spl(spl: Spl) -> SplQuery:
    terms, commands = spl.users
    counts = "stats count AS by_users sum(session) AS with_a_session_id BY plane"
    there = flag(spl.has(_SESSION, spl.session))
    return terms, [*commands, evals(f"session={there}"), counts]


def _esql(esql: Esql) -> list[str]:
    filled = f"with_a_session_id = COUNT(*) WHERE {esql.in_session}"
    return [f"WHERE {esql.users}", esql.plane(), stats("by_users = COUNT(*)", filled, by=["plane"])]


ASSUMPTION = Assumption(
    id="A4",
    statement="authenticationContext.externalSessionId is filled",
    upheld="users' access events carry a session id",
    contradicted='the session id is missing or the word "unknown" where a user acted',
    otherwise="rules about sessions are silent",
    figure=_SessionFilled,
    questions=(
        Question(
            "a4",
            ("by_users", "with_a_session_id"),
            f"with_a_session_id of by_users. {BAR.words}",
            _spl,
            _esql,
            "plane",
        ),
    ),
    fields=(_SESSION,),
)
