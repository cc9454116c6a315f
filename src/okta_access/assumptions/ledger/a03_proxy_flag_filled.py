"""A3: Okta says of these events whether they came through a proxy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer, Support
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import END, Spl, SplQuery, evals, flag

_FLAG = "securityContext.isProxy"
_STRANGERS = 0.05  # a greater share of users behind proxies is no exception any more


@dataclass(slots=True)
class _ProxyFilled(Figure):
    _flags: Counter[tuple[str, bool | None]] = field(default_factory=Counter)

    def add(self, event: AccessEvent) -> None:
        if event.kind is ActorKind.USER:
            self._flags[event.plane, event.proxy] += 1

    def answer(self) -> Answer:
        flags, total = self._flags, self._flags.total()
        planes = dict.fromkeys(plane for plane, _ in flags)
        true, false = (sum(flags[plane, value] for plane in planes) for value in (True, False))
        shares = {}
        for plane in planes:
            filled = flags[plane, True] + flags[plane, False]
            shares[plane] = (filled, filled + flags[plane, None])
        what = "users' events with the flag"
        found = BAR.worst(shares, what, by_users=total, with_true=true, with_false=false)
        if found.support is Support.UPHELD and true > _STRANGERS * total:
            reason = (
                f"{found.reason}; but it is true in {true / total:.0%}, so it marks the company's"
                " own egress: fill the list corporate_egress"
            )
            return Answer(Support.NOT_SHOWN, reason, found.figures)
        return found


def _spl(spl: Spl) -> SplQuery:
    terms, commands = spl.users
    flags = [f"with_{word}={flag(spl.has(_FLAG, f'^{word}{END}'))}" for word in ("true", "false")]
    counts = "stats count AS by_users sum(with_true) AS with_true sum(with_false) AS with_false"
    return terms, [*commands, evals(*flags), f"{counts} BY plane"]


def _esql(esql: Esql) -> list[str]:
    column = esql.column(_FLAG)
    return [
        f"WHERE {esql.users}",
        esql.plane(),
        stats(
            "by_users = COUNT(*)",
            f"with_true = COUNT(*) WHERE {column} == true",
            f"with_false = COUNT(*) WHERE {column} == false",
            by=["plane"],
        ),
    ]


ASSUMPTION = Assumption(
    id="A3",
    statement="securityContext.isProxy is filled for these events",
    upheld="users' access events carry the flag, and it is true in few of them",
    contradicted="the flag is missing where a user acted",
    otherwise="rules about proxies are silent",
    figure=_ProxyFilled,
    questions=(
        Question(
            "a3",
            ("by_users", "with_true", "with_false"),
            f"with_true and with_false together, of by_users. {BAR.words}. Where with_true is more"
            f" than {_STRANGERS:.0%}, it marks the company's own egress",
            _spl,
            _esql,
            "plane",
        ),
    ),
    fields=(_FLAG,),
)
