"""The ledger of assumptions put to a log: which hold there, and by which figures.

Each answer is a share with what it was counted over. Nine in ten and more uphold an assumption,
half and less contradict it (of persons with one id: eight in ten and less). Whatever lies between,
or rests on too few events, shows nothing: a log may speak both ways, and a rule is called safe only
where it does not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from okta_access.assumptions.known import Assumption, load_assumptions
from okta_access.assumptions.seen import Agent, Kind, Seen, agent_kind, clients_of_user, see
from okta_access.assumptions.shares import LEAST, Found, Share, Verdict, found_by, worst_of
from okta_access.assumptions.signs import CONNECTOR, ENDS, FAILED, GUARDRAILS, PLANES, USER_ID
from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.catalog.template import Event

_LEAST_CHANGES = 5
_LEAST_WITHOUT_CONNECTOR = 200
_MANY_USERS = 5
_PEOPLE_WITH_ONE_ID = 0.8  # fewer, and correlations by actor miss too much
_PROXIES_OF_STRANGERS = 0.05  # a greater share of users behind proxies is no exception any more
_TELLS_OF_FAILURE = re.compile(FAILED, re.IGNORECASE)
_CONNECTOR = re.compile(CONNECTOR, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An assumption and what the log says: the verdict, why, and what was counted."""

    assumption: Assumption
    verdict: Verdict
    reason: str
    figures: Mapping[str, int]


@dataclass(slots=True)
class Ledger:
    """Counts over a log, one event after another; order and copies hardly matter to shares."""

    catalog: Catalog
    events: int = 0
    _users: Counter[str] = field(default_factory=Counter)
    _kinds: Counter[tuple[str, Kind]] = field(default_factory=Counter)
    _flags: Counter[tuple[str, bool | None]] = field(default_factory=Counter)
    _sessions: Counter[str] = field(default_factory=Counter)
    _clients: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    _elsewhere: set[tuple[str, str]] = field(default_factory=set)
    _targets: Counter[str] = field(default_factory=Counter)
    _creators: dict[str, str] = field(default_factory=dict)
    _ends: list[tuple[int, str, str, str]] = field(default_factory=list)
    _first: int | None = None
    _reviews: Counter[bool] = field(default_factory=Counter)
    _changes: Counter[str] = field(default_factory=Counter)
    _results: Counter[str] = field(default_factory=Counter)
    _connector: int = 0
    _logins: Counter[str] = field(default_factory=Counter)
    _ids: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, event: Event) -> None:
        """Count one event. Types outside the catalogue only tell where people sign in from."""
        type_ = event.get(EVENT_TYPE)
        if type_ not in self.catalog.events:
            self._elsewhere.update(clients_of_user(event, self.catalog))
            return
        seen = see(event, self.catalog)
        self.events += 1
        self._kinds[seen.verb, seen.kind] += 1
        if seen.kind is Kind.USER:
            self._user(seen)
        self._life(seen)
        self._outcome(seen)
        if seen.type.startswith("access.review.") and seen.targets:
            users = any("user" in kind.lower() for kind in seen.target_types)
            self._reviews[users or any(id_.startswith(USER_ID) for id_ in seen.targets)] += 1
        plane = PLANES[self.catalog.events[seen.type].family]
        if plane == GUARDRAILS and seen.verb != "invalidate":
            self._change(seen)
        if _CONNECTOR.search(f"{seen.actor_name}\n{seen.agent}"):
            self._connector += 1

    def answers(self) -> tuple[Answer, ...]:
        """What the log says of each assumption, in the ledger's order."""
        questions: dict[str, Callable[[], Found]] = {
            "A1": self._deciders,
            "A2": self._own_client,
            "A3": self._proxy_filled,
            "A4": self._session_filled,
            "A5": self._one_target,
            "A6": self._reviewed_user,
            "A7": self._api_shows,
            "A8": self._failures_show,
            "A9": self._no_connector,
            "A10": self._one_id,
        }
        return tuple(Answer(one, *questions[id_]()) for id_, one in load_assumptions().items())

    def _user(self, seen: Seen) -> None:
        plane = PLANES[self.catalog.events[seen.type].family]
        self._users[plane] += 1
        self._flags[plane, seen.proxy] += 1
        self._sessions[plane] += bool(seen.session)
        self._clients[plane, seen.actor, seen.address, seen.agent] += 1
        if seen.login and seen.login != "unknown" and seen.actor:
            self._ids[seen.login].add(seen.actor)
            self._logins[seen.login] += 1

    def _life(self, seen: Seen) -> None:
        if seen.time is not None:
            self._first = seen.time if self._first is None else min(self._first, seen.time)
        if not seen.type.startswith("access.request."):  # reviews may name the reviewed user too
            return
        count = len({*seen.targets})
        self._targets["one" if count == 1 else "several" if count else "none"] += 1
        if count != 1:
            return
        if seen.type == "access.request.create":
            self._creators[seen.targets[0]] = seen.actor
        elif seen.type.count(".") == 2 and seen.verb in ENDS and seen.time is not None:
            self._ends.append((seen.time, seen.verb, seen.targets[0], seen.actor))

    def _outcome(self, seen: Seen) -> None:
        result = seen.result or "none"
        if result == "SUCCESS" and _TELLS_OF_FAILURE.search(seen.reason):
            result = "success with the reason of a failure"
        self._results[result] += 1

    def _change(self, seen: Seen) -> None:
        if seen.kind is Kind.SYSTEM:
            return
        how = "app" if seen.kind is Kind.APP else agent_kind(seen.agent).value
        self._changes[how] += 1

    def _deciders(self) -> Found:
        kinds = {kind: self._kinds["resolve", kind] for kind in Kind}
        total = sum(kinds.values())
        known = [
            (actor, self._creators[id_])
            for _, verb, id_, actor in self._ends
            if verb == "resolve" and actor and id_ in self._creators
        ]
        own = sum(actor == creator for actor, creator in known)
        share = Share(kinds[Kind.USER], total)
        what = "requests resolved by a user"
        if share.verdict is Verdict.UPHELD and len(known) >= LEAST and own > len(known) / 2:
            share, what = (
                Share(len(known) - own, len(known)),
                "requests not resolved by their requester",
            )
        return found_by(
            share,
            what,
            resolved=total,
            by_users=kinds[Kind.USER],
            by_apps=kinds[Kind.APP],
            by_the_system=kinds[Kind.SYSTEM],
            whose_opening_is_in_the_log=len(known),
            of_these_by_the_requester=own,
        )

    def _own_client(self) -> Found:
        sharing: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for _, actor, address, agent in self._clients:
            sharing[address, agent].add(actor)
        signed_in = {actor for actor, _ in self._elsewhere}
        counts: Counter[tuple[str, str]] = Counter()
        for (plane, actor, address, agent), number in self._clients.items():
            if not address and not agent:
                what = "none"
            elif (actor, address or agent) in self._elsewhere:
                what = "own"
            elif agent_kind(agent) is not Agent.BROWSER and (
                len(sharing[address, agent]) >= _MANY_USERS
            ):
                what = "shared"
            elif actor in signed_in:
                what = "another"
            else:
                what = "untold"
            counts[plane, what] += number
        told = {
            plane: sum(counts[plane, what] for what in ("none", "own", "shared", "another"))
            for plane in self._users
        }
        totals: Counter[str] = Counter()
        for (_, what), number in counts.items():
            totals[what] += number
        return worst_of(
            {plane: Share(counts[plane, "own"], told[plane]) for plane in told},
            "users' events with a client that they also sign in with",
            with_the_client_of_other_events=totals["own"],
            with_another_client=totals["another"],
            from_a_program_many_users_share=totals["shared"],
            without_address_and_user_agent=totals["none"],
            with_nothing_to_compare=totals["untold"],
        )

    def _proxy_filled(self) -> Found:
        flagged = {plane: self._flags[plane, True] for plane in self._users}
        true = sum(flagged.values())
        total = self._users.total()
        verdict, reason, figures = worst_of(
            {
                plane: Share(flagged[plane] + self._flags[plane, False], number)
                for plane, number in self._users.items()
            },
            "users' events with the flag",
            by_users=total,
            with_true=true,
            with_false=sum(self._flags[plane, False] for plane in self._users),
        )
        if verdict is Verdict.UPHELD and true > _PROXIES_OF_STRANGERS * total:
            verdict = Verdict.NOT_SHOWN
            reason += (
                f"; but it is true in {true / total:.0%}, so it marks the company's own egress: "
                "fill the list corporate_egress"
            )
        return verdict, reason, figures

    def _session_filled(self) -> Found:
        return worst_of(
            {plane: Share(self._sessions[plane], total) for plane, total in self._users.items()},
            "users' events with a session id",
            by_users=self._users.total(),
            with_a_session_id=self._sessions.total(),
        )

    def _one_target(self) -> Found:
        single = Share(self._targets["one"], self._targets.total())
        times = [time for time, *_ in self._ends]
        # Before the middle of the log a request may have been opened before its beginning.
        middle = (self._first or 0) + (max(times) - (self._first or 0)) // 2 if times else 0
        late = [id_ for time, _, id_, _ in self._ends if time >= middle]
        joined = Share(sum(id_ in self._creators for id_ in late), len(late))
        figures = {
            "with_one_target": self._targets["one"],
            "with_several": self._targets["several"],
            "with_none": self._targets["none"],
            "late_ends_of_requests": joined.total,
            "whose_opening_has_the_same_id": joined.good,
        }
        if single.verdict is not Verdict.UPHELD:
            return found_by(single, "events with one target", **figures)
        return found_by(joined, "ends of requests whose opening has the same id", **figures)

    def _reviewed_user(self) -> Found:
        total = sum(self._reviews.values())
        share = Share(self._reviews[True], total)
        what = "review events with a user among the targets"
        return found_by(share, what, reviews_with_targets=total, with_a_user=self._reviews[True])

    def _api_shows(self) -> Found:
        known = self._changes["app"] + self._changes[Agent.TOOL]
        unknown = self._changes[Agent.OTHER] + self._changes[Agent.NONE]
        return found_by(
            Share(known, known + unknown, _LEAST_CHANGES),
            "guardrail changes without a browser that show an app or a tool",
            by_apps=self._changes["app"],
            by_known_tools=self._changes[Agent.TOOL],
            by_other_programs_or_without_user_agent=unknown,
            by_browsers=self._changes[Agent.BROWSER],
        )

    def _failures_show(self) -> Found:
        failed = self._results["FAILURE"] + self._results["DENY"]
        hidden = self._results["success with the reason of a failure"]
        missing = self._results["none"]
        figures = {
            "failure_or_deny": failed,
            "success_with_the_reason_of_a_failure": hidden,
            "without_an_outcome": missing,
        }
        with_outcome = Share(self.events - missing, self.events)
        if with_outcome.verdict is Verdict.CONTRADICTED:
            return found_by(with_outcome, "events with an outcome", **figures)
        share = Share(failed, failed + hidden, least=1)
        verdict, reason, named = found_by(share, "failed attempts logged as such", **figures)
        if not share.total:
            reason = f"no failed attempt among {self.events} events"
        return verdict, reason, named

    def _no_connector(self) -> Found:
        figures = {"access events": self.events, "by the connector": self._connector}
        if self._connector:
            return Verdict.CONTRADICTED, f"{self._connector} events by the connector", figures
        if self.events < _LEAST_WITHOUT_CONNECTOR:
            reason = (
                f"{self.events} events to judge by, at least {_LEAST_WITHOUT_CONNECTOR} are needed"
            )
            return Verdict.NOT_SHOWN, reason, figures
        return Verdict.UPHELD, f"none of {self.events} events is by the connector", figures

    def _one_id(self) -> Found:
        several = sum(len(ids) > 1 for ids in self._ids.values())
        often = sum(count > 1 for count in self._logins.values())  # once is always with one id
        return found_by(
            Share(often - several, often, against=_PEOPLE_WITH_ONE_ID),
            "logins seen more than once with one actor.id",
            logins=len(self._ids),
            seen_more_than_once=often,
            with_several_ids=several,
        )
