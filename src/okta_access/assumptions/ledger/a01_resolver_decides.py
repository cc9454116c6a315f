"""A1: whoever resolves a request has decided on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer, Support
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import NONE, Spl, SplQuery, evals, flag, sums

_CREATE, _RESOLVE = "access.request.create", "access.request.resolve"
_BY_REQUESTERS = 0.5  # a greater share of requests ended by their own requesters contradicts it
_COUNTS = ("resolved", "by_users", "by_apps", "by_the_system")
_KNOWN, _OWN = "whose_opening_is_in_the_log", "of_these_by_the_requester"


@dataclass(slots=True)
class _Deciders(Figure):
    _kinds: Counter[ActorKind] = field(default_factory=Counter)
    _requesters: dict[str, str] = field(default_factory=dict)
    _resolvers: list[tuple[str, str]] = field(default_factory=list)

    def add(self, event: AccessEvent) -> None:
        if event.verb == "resolve":
            self._kinds[event.kind] += 1
        if len({*event.targets}) != 1:
            return
        if event.type == _CREATE:
            self._requesters[event.targets[0]] = event.actor
        elif event.type == _RESOLVE and event.time is not None and event.actor:
            self._resolvers.append((event.targets[0], event.actor))

    def answer(self) -> Answer:
        resolved, by_users = self._kinds.total(), self._kinds[ActorKind.USER]
        known = [
            (actor, self._requesters[id_])
            for id_, actor in self._resolvers
            if id_ in self._requesters
        ]
        own = sum(actor == requester for actor, requester in known)
        figures = {
            "resolved": resolved,
            "by_users": by_users,
            "by_apps": self._kinds[ActorKind.APP],
            "by_the_system": self._kinds[ActorKind.SYSTEM],
            _KNOWN: len(known),
            _OWN: own,
        }
        found = BAR.answer(by_users, resolved, "requests resolved by a user", **figures)
        enough = len(known) >= BAR.least and own > _BY_REQUESTERS * len(known)
        if found.support is not Support.UPHELD or not enough:
            return found
        what = "requests not resolved by their requester"
        return BAR.answer(len(known) - own, len(known), what, **figures)


def _spl(spl: Spl) -> SplQuery:
    kinds = {"by_users": spl.by_user, "by_apps": spl.by_app, "by_the_system": spl.by_system}
    return spl.terms([_CREATE, _RESOLVE]), [
        evals(
            f"resolved={flag(spl.is_one_of([_RESOLVE]))}",
            *(f"{name}=resolved*{flag(kind)}" for name, kind in kinds.items()),
            spl.request,
            f'actor=coalesce({spl.there("actor.id")}, "{NONE}")',
            f'ended=if(request="{NONE}" OR actor="{NONE}", 0, resolved)',
            f'opened=if(request="{NONE}", 0, 1 - resolved)',
        ),
        sums(*_COUNTS, "ended", "opened", by="request, actor"),
        evals("own=if(opened>0, ended, 0)"),
        sums(*_COUNTS, "ended", "opened", "own", by="request"),
        evals("ended=if(opened>0, ended, 0)", "own=if(opened>0, own, 0)"),
        sums(*_COUNTS, f"ended:{_KNOWN}", f"own:{_OWN}"),
    ]


def _esql(esql: Esql) -> list[str]:
    actor, resolve = esql.column("actor.id"), esql.is_one_of([_RESOLVE])
    return [
        f"WHERE {esql.is_one_of([_CREATE, _RESOLVE])}",
        esql.request,
        stats(
            f"resolved = COUNT(*) WHERE {resolve}",
            f"by_users = COUNT(*) WHERE {resolve} AND {esql.by_user}",
            f"by_apps = COUNT(*) WHERE {resolve} AND {esql.by_app}",
            f"by_the_system = COUNT(*) WHERE {resolve} AND {esql.by_system}",
            f'opened = COUNT(*) WHERE NOT {resolve} AND request != ""',
            f'ended = COUNT(*) WHERE {resolve} AND request != "" AND {actor} IS NOT NULL',
            by=["request", f"actor = {actor}"],
        ),
        "// Resolved by whom it was opened by.",
        "EVAL own = CASE(opened > 0, ended, 0)",
        stats(
            *(f"{name} = SUM({name})" for name in (*_COUNTS, "opened", "ended", "own")),
            by=["request"],
        ),
        "EVAL ended = CASE(opened > 0, ended, 0), own = CASE(opened > 0, own, 0)",
        stats(
            *(f"{name} = SUM({name})" for name in _COUNTS),
            f"{_KNOWN} = SUM(ended)",
            f"{_OWN} = SUM(own)",
        ),
    ]


ASSUMPTION = Assumption(
    id="A1",
    statement="the actor of access.request.resolve is the person who decided, not the service",
    upheld="requests are resolved by users other than the one who opened them",
    contradicted="requests are resolved by apps or Okta's system, or by their own requesters",
    otherwise="rules about who resolves are silent, or name the wrong person",
    figure=_Deciders,
    questions=(
        Question(
            "a1",
            (*_COUNTS, _KNOWN, _OWN),
            f"by_users of resolved. {BAR.words}. It is contradicted as well where most of those"
            " whose opening is in the log were resolved by their requester",
            _spl,
            _esql,
        ),
    ),
)
