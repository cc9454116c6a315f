"""A2: the client of an event is the person's.

A client is its address, or else its user agent; where people sign in, each of the two is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer
from okta_access.assumptions.esql import Esql, listed, stats
from okta_access.assumptions.events import AccessEvent, ActorKind, AgentKind, agent_kind
from okta_access.assumptions.model import Assumption, Question, SignInFigure
from okta_access.assumptions.spl import NONE, Spl, SplQuery, chosen, evals, flag, sums

_MANY_USERS = 5  # so many share a program that is no browser: it is the service's
_OWN, _WITHOUT = "with_the_client_of_other_events", "without_address_and_user_agent"


@dataclass(slots=True)
class _OwnClients(SignInFigure):
    _clients: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    _sign_ins: set[tuple[str, str]] = field(default_factory=set)

    def add(self, event: AccessEvent) -> None:
        if event.kind is ActorKind.USER:
            self._clients[event.plane, event.actor, event.address, event.agent] += 1

    def add_sign_in(self, actor: str, client: str) -> None:
        self._sign_ins.add((actor, client))

    def answer(self) -> Answer:
        sharing: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for _, actor, address, agent in self._clients:
            sharing[address, agent].add(actor)
        signed_in = {actor for actor, _ in self._sign_ins}
        shares: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        totals: Counter[str] = Counter()
        for (plane, actor, address, agent), number in self._clients.items():
            if not address and not agent:
                what = "none"
            elif (actor, address or agent) in self._sign_ins:
                what = "own"
            elif agent_kind(agent) is not AgentKind.BROWSER and (
                len(sharing[address, agent]) >= _MANY_USERS
            ):
                what = "shared"
            elif actor in signed_in:
                what = "another"
            else:
                what = "untold"
            totals[what] += number
            shares[plane][0] += number * (what == "own")
            shares[plane][1] += number * (what != "untold")
        return BAR.worst(
            {plane: (own, told) for plane, (own, told) in shares.items()},
            "users' events with a client that they also sign in with",
            with_the_client_of_other_events=totals["own"],
            with_another_client=totals["another"],
            from_a_program_many_users_share=totals["shared"],
            without_address_and_user_agent=totals["none"],
            with_nothing_to_compare=totals["untold"],
        )


def _spl(spl: Spl) -> SplQuery:
    planes = spl.planes
    number = chosen({name: f'plane="{name}"' for name in planes})
    return f'{spl.names.event("actor.type")}="User"', [
        evals(
            *(f"{name}={flag(spl.is_one_of(types))}" for name, types in planes.items()),
            f"elsewhere=1 - ({' + '.join(planes)})",
            f"actor={spl.there('actor.id')}",
            f"address={spl.there('client.ipAddress')}",
            f"agent={spl.there('client.userAgent.rawUserAgent')}",
            f'own=coalesce(address, agent, "{NONE}")',
            "client=if(elsewhere=1, mvdedup(mvappend(address, agent)), own)",
        ),
        "where isnotnull(actor)",
        "where isnotnull(client)",
        "mvexpand client",
        sums(*planes, "elsewhere", by="actor, client"),
        evals(f'plane=split("{",".join(planes)}", ",")'),
        "mvexpand plane",
        evals(
            f"number={number}",
            "own=if(elsewhere>0, number, 0)",
            f'without=if(client="{NONE}", number, 0)',
        ),
        "where number>0",
        sums("number:by_users", f"own:{_OWN}", f"without:{_WITHOUT}", by="plane"),
    ]


def _esql(esql: Esql) -> list[str]:
    planes = esql.planes
    actor, address = esql.column("actor.id"), f"TO_STRING({esql.column('client.ipAddress')})"
    numbers = ", ".join(f'plane == "{name}", {name}' for name in planes)
    both = "COALESCE(MV_APPEND(address, agent), address, agent)"
    return [
        f"WHERE {esql.by_user} AND {actor} IS NOT NULL",
        esql.plane(otherwise="elsewhere"),
        f"EVAL address = {address}, agent = {esql.column('client.userAgent.rawUserAgent')}",
        "// A client is its address, or else its user agent; elsewhere each of the two is known.",
        f'EVAL known_by = CASE(plane == "elsewhere", {both}, COALESCE(address, agent, ""))',
        "WHERE known_by IS NOT NULL",
        "MV_EXPAND known_by",
        stats(
            *(f'{name} = COUNT(*) WHERE plane == "{name}"' for name in (*planes, "elsewhere")),
            by=[f"actor = {actor}", "known_by"],
        ),
        f"EVAL plane = [{listed(planes)}]",
        "MV_EXPAND plane",
        f"EVAL number = CASE({numbers})",
        "WHERE number > 0",
        stats(
            "by_users = SUM(number)",
            f"{_OWN} = SUM(CASE(elsewhere > 0, number, 0))",
            f'{_WITHOUT} = SUM(CASE(known_by == "", number, 0))',
            by=["plane"],
        ),
    ]


ASSUMPTION = Assumption(
    id="A2",
    statement="client.* is the person's, not the service's",
    upheld="the address or browser of a user's access events is one they also sign in with",
    contradicted="users' access events come without a client, or from a program that many users"
    " share",
    otherwise="rules on addresses, countries and user agents judge a server of Okta's",
    figure=_OwnClients,
    questions=(
        Question(
            "a2",
            ("by_users", _OWN, _WITHOUT),
            f"{_OWN} of by_users. {BAR.words}. Only users who also sign in within the time searched"
            " can speak for it",
            _spl,
            _esql,
            "plane",
        ),
    ),
    fields=("client.ipAddress", "client.geographicalContext.country"),
)
