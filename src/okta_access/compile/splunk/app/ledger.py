"""The ledger of assumptions as searches: reports of the app, over some weeks, run by hand.

A value counts as there where a rule would say so: a JSON null that shows as the text "null" does
not. Logins (A10) are compared as they are written, the types of actors in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from okta_access.assumptions import signs
from okta_access.assumptions.questions import QUESTIONS
from okta_access.catalog.model import EVENT_TYPE, PUBLISHED
from okta_access.compile.splunk.app.preflight import Report
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, lines, type_terms
from okta_access.compile.splunk.query.where import value
from okta_access.errors import Refused

ASSUMPTION_FILE = "okta_access_assumption_{name}.spl"
_END = r"\z"
_NONE = "-"  # stands for what is not there where a value is needed to group by


def ledger_searches(names: Names) -> dict[str, Search]:
    """The searches by the name of their question; without those on fields that are not there."""
    found = {}
    for name, query in _QUERIES.items():
        question = QUESTIONS[name]
        try:
            terms, commands = query(_Asked(names))
        except Refused:
            continue  # another catalogue may lack a field
        columns = " ".join((*([question.by] if question.by else []), *question.figures))
        found[name] = Search(terms, (*commands, f"table {columns}"))
    return found


def ledger_reports(names: Names) -> tuple[Report, ...]:
    """The searches as reports of the app."""
    return tuple(
        Report(QUESTIONS[name].title, QUESTIONS[name].meaning, search.with_macros(), "Assumption")
        for name, search in ledger_searches(names).items()
    )


_Query = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Pieces that several searches share, in the names of one installation."""

    names: Names

    def has(self, path: str, regex: str) -> str:
        """The condition that a value of the field matches."""
        return f'isnotnull(mvfind({self.names.quoted(path)}, "{regex}"))'

    def there(self, path: str) -> str:
        """The field's values, NULL where there is none."""
        return f'mvfilter(match({self.names.quoted(path)}, "{value(path, self.names)}"))'

    def kind(self, *types: str) -> str:
        """The condition that the actor is of one of these types."""
        return self.has("actor.type", f"(?i)^(?:{'|'.join(types)}){_END}")

    def types(self, keep: Callable[[str], bool] = lambda _: True) -> list[str]:
        """The event types of the catalogue."""
        return sorted(filter(keep, self.names.catalog.events))

    def terms(self, types: Iterable[str]) -> str:
        """Search terms for events of these types."""
        return type_terms(frozenset(types), self.names)

    def is_one_of(self, types: Iterable[str]) -> str:
        """The condition that an event is of one of these types."""
        known = ", ".join(f'"{name}"' for name in types)
        return f"in({self.names.quoted(EVENT_TYPE)}, {known})"

    @property
    def planes(self) -> dict[str, list[str]]:
        """The event types of each part of Okta."""
        found: dict[str, list[str]] = {}
        for name, event in self.names.catalog.events.items():
            found.setdefault(signs.PLANES[event.family], []).append(name)
        return found

    @property
    def users(self) -> _Query:
        """Terms and commands for the events in which a user acts, each with its plane."""
        *others, last = self.planes
        plane = f'"{last}"'
        for name in reversed(others):
            plane = f'if({self.is_one_of(self.planes[name])}, "{name}", {plane})'
        where = f"where {self.kind(*signs.USERS)}"
        return self.terms(self.types()), [where, f"eval plane={plane}"]

    @property
    def request(self) -> str:
        """The only target of an event; a mark where there is none, or are more."""
        ids = f"mvdedup({self.there('target.id')})"
        return f'ids={ids}, request=coalesce(if(mvcount(ids)=1, ids, null()), "{_NONE}")'


def _flag(condition: str) -> str:
    return f"if({condition}, 1, 0)"


def _eval(*settings: str) -> str:
    return f"eval {lines(settings, ',')}"


def _sums(*names: str, by: str = "") -> str:
    """The stats command that adds up columns; ``a:b`` gives the sum of a the name b."""
    pairs = (name.split(":") if ":" in name else (name, name) for name in names)
    sums = " ".join(f"sum({column}) AS {total}" for column, total in pairs)
    return f"stats {sums}{' BY ' + by if by else ''}"


def _verbs(*verbs: str) -> list[str]:
    return [f"access.request.{verb}" for verb in verbs]


def _deciders(ask: _Asked) -> _Query:
    counts = ("resolved", "by_users", "by_apps", "by_the_system")
    kinds = {"by_users": signs.USERS, "by_apps": signs.APPS, "by_the_system": signs.SYSTEM}
    return ask.terms(_verbs("create", "resolve")), [
        _eval(
            f"resolved={_flag(ask.is_one_of(_verbs('resolve')))}",
            *(f"{name}=resolved*{_flag(ask.kind(*types))}" for name, types in kinds.items()),
            ask.request,
            f'actor=coalesce({ask.there("actor.id")}, "{_NONE}")',
            f'ended=if(request="{_NONE}" OR actor="{_NONE}", 0, resolved)',
            f'opened=if(request="{_NONE}", 0, 1 - resolved)',
        ),
        _sums(*counts, "ended", "opened", by="request, actor"),
        _eval("own=if(opened>0, ended, 0)"),
        _sums(*counts, "ended", "opened", "own", by="request"),
        _eval("ended=if(opened>0, ended, 0)", "own=if(opened>0, own, 0)"),
        _sums(*counts, "ended:whose_opening_is_in_the_log", "own:of_these_by_the_requester"),
    ]


def _own_client(ask: _Asked) -> _Query:
    """A client is its address, or else its user agent; elsewhere each of the two is known."""
    planes = ask.planes
    *others, last = planes
    number = last
    for name in reversed(others):
        number = f'if(plane="{name}", {name}, {number})'
    return f'{ask.names.event("actor.type")}="User"', [
        _eval(
            *(f"{name}={_flag(ask.is_one_of(types))}" for name, types in planes.items()),
            f"elsewhere=1 - ({' + '.join(planes)})",
            f"actor={ask.there('actor.id')}",
            f"address={ask.there('client.ipAddress')}",
            f"agent={ask.there('client.userAgent.rawUserAgent')}",
            f'own=coalesce(address, agent, "{_NONE}")',
            "client=if(elsewhere=1, mvdedup(mvappend(address, agent)), own)",
        ),
        "where isnotnull(actor)",
        "where isnotnull(client)",
        "mvexpand client",
        _sums(*planes, "elsewhere", by="actor, client"),
        _eval(f'plane=split("{",".join(planes)}", ",")'),
        "mvexpand plane",
        _eval(
            f"number={number}",
            "own=if(elsewhere>0, number, 0)",
            f'without=if(client="{_NONE}", number, 0)',
        ),
        "where number>0",
        _sums(
            "number:by_users",
            "own:with_the_client_of_other_events",
            "without:without_address_and_user_agent",
            by="plane",
        ),
    ]


def _proxy_filled(ask: _Asked) -> _Query:
    terms, commands = ask.users
    flag = "securityContext.isProxy"
    words = ("true", "false")
    flags = [f"with_{word}={_flag(ask.has(flag, f'^{word}{_END}'))}" for word in words]
    counts = "stats count AS by_users sum(with_true) AS with_true sum(with_false) AS with_false"
    return terms, [*commands, _eval(*flags), f"{counts} BY plane"]


def _session_filled(ask: _Asked) -> _Query:
    terms, commands = ask.users
    absent = "|".join(sorted(filter(None, signs.NO_SESSION)))
    there = ask.has(
        "authenticationContext.externalSessionId", f"(?is)^(?!(?:null|{absent}){_END})."
    )
    counts = "stats count AS by_users sum(session) AS with_a_session_id BY plane"
    return terms, [*commands, _eval(f"session={_flag(there)}"), counts]


def _one_target(ask: _Asked) -> _Query:
    return ask.terms(ask.types(lambda name: name.startswith("access.request."))), [
        _eval(
            f"targets=coalesce(mvcount(mvdedup({ask.there('target.id')})), 0)",
            "with_one_target=if(targets=1, 1, 0)",
            "with_several=if(targets>1, 1, 0)",
            "with_none=if(targets=0, 1, 0)",
        ),
        _sums("with_one_target", "with_several", "with_none"),
    ]


def _one_life(ask: _Asked) -> _Query:
    time = ask.there(PUBLISHED)
    return ask.terms(_verbs("create", *signs.ENDS)), [
        _eval(
            f"opened={_flag(ask.is_one_of(_verbs('create')))}",
            "ends=1 - opened",
            f"ended_at=if(ends=1, {time}, null())",
            ask.request,
        ),
        f'where request!="{_NONE}"',
        "stats sum(opened) AS opened sum(ends) AS ends max(ended_at) AS ended_at BY request",
        "where ends>0",
        _eval("joined=if(opened>0, ends, 0)", "day=substr(ended_at, 1, 10)"),
        _sums("ends", "joined:whose_opening_has_the_same_id", by="day"),
    ]


def _reviewed_user(ask: _Asked) -> _Query:
    user = f"{ask.has('target.type', '(?i)user')} OR {ask.has('target.id', f'^{signs.USER_ID}')}"
    return ask.terms(ask.types(lambda name: name.startswith("access.review."))), [
        f"where isnotnull({ask.there('target.id')})",
        _eval(f"user={_flag(user)}"),
        "stats count AS reviews_with_targets sum(user) AS with_a_user",
    ]


def _api_shows(ask: _Asked) -> _Query:
    events = ask.names.catalog.events
    changes = ask.types(
        lambda name: (
            signs.PLANES[events[name].family] == signs.GUARDRAILS
            and not name.endswith(".invalidate")
        )
    )
    agent = "client.userAgent.rawUserAgent"
    tool = ask.has(agent, f"(?i)(?:{'|'.join(signs.TOOLS)})")
    browser = ask.has(agent, f"(?i)^{signs.BROWSER}")
    how = f'if({tool}, "tool", if({browser}, "browser", "other"))'
    how = f'if({ask.kind(*signs.APPS)}, "app", {how})'
    figures = {
        "by_apps": "app",
        "by_known_tools": "tool",
        "by_other_programs_or_without_user_agent": "other",
        "by_browsers": "browser",
    }
    return ask.terms(changes), [
        _eval(
            f'how=if({ask.kind(*signs.SYSTEM)}, "system", {how})',
            *(f'{name}=if(how="{kind}", 1, 0)' for name, kind in figures.items()),
        ),
        _sums(*figures),
    ]


def _failures_show(ask: _Asked) -> _Query:
    result, reason = "outcome.result", "outcome.reason"
    said = ask.has(reason, f"(?i)(?:{signs.FAILED})")
    hidden = f"{ask.has(result, f'(?i)^SUCCESS{_END}')} AND {said}"
    return ask.terms(ask.types()), [
        _eval(
            "event=1",
            f"failed={_flag(ask.has(result, f'(?i)^(?:FAILURE|DENY){_END}'))}",
            f"hidden={_flag(hidden)}",
            f"without={_flag(f'isnull({ask.there(result)})')}",
        ),
        _sums(
            "event:access_events",
            "failed:failure_or_deny",
            "hidden:success_with_the_reason_of_a_failure",
            "without:without_an_outcome",
        ),
    ]


def _no_connector(ask: _Asked) -> _Query:
    paths = ("actor.displayName", "client.userAgent.rawUserAgent")
    by = " OR ".join(ask.has(path, f"(?i){signs.CONNECTOR}") for path in paths)
    return ask.terms(ask.types()), [
        _eval(f"connector={_flag(by)}"),
        "stats count AS access_events sum(connector) AS by_the_connector",
    ]


def _one_id(ask: _Asked) -> _Query:
    terms, commands = ask.users
    return terms, [
        *commands,
        _eval(f"login={ask.there('actor.alternateId')}", f"actor={ask.there('actor.id')}"),
        "where isnotnull(login)",
        "where isnotnull(actor)",
        'where login!="unknown"',
        "stats count AS events dc(actor) AS ids BY login",
        _eval("often=if(events>1, 1, 0)", "several=if(ids>1, 1, 0)"),
        "stats count AS logins sum(often) AS seen_more_than_once sum(several) AS with_several_ids",
    ]


_QUERIES: dict[str, Callable[[_Asked], _Query]] = {
    "a1": _deciders,
    "a2": _own_client,
    "a3": _proxy_filled,
    "a4": _session_filled,
    "a5_targets": _one_target,
    "a5_lifetime": _one_life,
    "a6": _reviewed_user,
    "a7": _api_shows,
    "a8": _failures_show,
    "a9": _no_connector,
    "a10": _one_id,
}
