"""The ledger of assumptions as ES|QL: queries to paste into Discover, over some weeks.

Asked of columns and not of the index, for the figures count values. A field with several values
where Okta documents one counts as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from okta_access.assumptions import signs
from okta_access.assumptions.questions import QUESTIONS
from okta_access.compile.elastic.esql.grouping import groupable, stats, text
from okta_access.compile.elastic.esql.text import has_type, string
from okta_access.compile.elastic.fields import Fields
from okta_access.errors import Refused

ASSUMPTION_FILE = "okta_access_assumption_{name}.esql"


def ledger_queries(fields: Fields) -> dict[str, str]:
    """The queries by the name of their question; without those on columns that are not there."""
    found = {}
    for name, query in _QUERIES.items():
        try:
            found[name] = _Asked(fields, query).text(name)
        except Refused:
            continue  # flattened targets have no columns
    return found


class _Asked:
    """A query in the making: the fields' names, and the conditions that several queries share."""

    def __init__(self, fields: Fields, query: Callable[[_Asked], list[str]]) -> None:
        self.fields = fields
        self._query = query

    def text(self, name: str) -> str:
        """The query, below the assumption that it is about."""
        question = QUESTIONS[name]
        columns = (*([question.by] if question.by else []), *question.figures)
        commands = [f"FROM {', '.join(self.fields.settings.index)}", *self._query(self)]
        if question.by:
            commands.append(f"SORT {question.by}")
        return text([*commands, f"KEEP {', '.join(columns)}"])

    def name(self, path: str) -> str:
        """The column of a field. Raises :class:`Refused` where there is none."""
        return groupable(path, self.fields).name

    def lower(self, path: str) -> str:
        return f"TO_LOWER({self.name(path)})"

    def types(self, keep: Callable[[str], bool] = lambda _: True) -> str:
        """The condition that an event is of one of the catalogue's types."""
        return has_type(sorted(filter(keep, self.fields.catalog.events)), self.fields)

    def verb(self, *verbs: str) -> str:
        """The condition that an event is about a request and ends in one of these verbs."""
        return has_type([f"access.request.{verb}" for verb in verbs], self.fields)

    def kind(self, *types: str) -> str:
        return f"{self.lower('actor.type')} IN ({_listed(types)})"

    def plane(self, name: str) -> str:
        return self.types(lambda t: signs.PLANES[self.fields.catalog.events[t].family] == name)

    @property
    def planes(self) -> list[str]:
        """The parts of Okta that the catalogue has events of."""
        families = [event.family for event in self.fields.catalog.events.values()]
        return list(dict.fromkeys(signs.PLANES[family] for family in families))

    @property
    def which_plane(self) -> str:
        cases = ", ".join(f"{self.plane(name)}, {string(name)}" for name in self.planes)
        return f"EVAL plane = CASE({cases})"

    @property
    def users(self) -> str:
        """The condition that a user acts in an event of the catalogue."""
        return f"{self.types()} AND {self.kind(*signs.USERS)}"

    @property
    def request(self) -> str:
        """The command for a column with the only target of an event, empty where there are more."""
        target = self.name("target.id")
        return f'EVAL request = CASE(MV_COUNT(MV_DEDUPE({target})) == 1, MV_MIN({target}), "")'


def _deciders(ask: _Asked) -> list[str]:
    actor, resolve = ask.name("actor.id"), ask.verb("resolve")
    counts = ["resolved", "by_users", "by_apps", "by_the_system"]
    sums = [f"{name} = SUM({name})" for name in (*counts, "opened", "ended", "own")]
    return [
        f"WHERE {ask.verb('create', 'resolve')}",
        ask.request,
        stats(
            [
                f"resolved = COUNT(*) WHERE {resolve}",
                f"by_users = COUNT(*) WHERE {resolve} AND {ask.kind(*signs.USERS)}",
                f"by_apps = COUNT(*) WHERE {resolve} AND {ask.kind(*signs.APPS)}",
                f"by_the_system = COUNT(*) WHERE {resolve} AND {ask.kind(*signs.SYSTEM)}",
                f'opened = COUNT(*) WHERE NOT {resolve} AND request != ""',
                f'ended = COUNT(*) WHERE {resolve} AND request != "" AND {actor} IS NOT NULL',
            ],
            "request",
            f"actor = {actor}",
        ),
        "// Resolved by whom it was opened by.",
        "EVAL own = CASE(opened > 0, ended, 0)",
        stats(sums, "request"),
        "EVAL ended = CASE(opened > 0, ended, 0), own = CASE(opened > 0, own, 0)",
        _total(
            *(f"{name} = SUM({name})" for name in counts),
            "whose_opening_is_in_the_log = SUM(ended)",
            "of_these_by_the_requester = SUM(own)",
        ),
    ]


def _own_client(ask: _Asked) -> list[str]:
    planes = ask.planes
    actor, address = ask.name("actor.id"), f"TO_STRING({ask.name('client.ipAddress')})"
    numbers = ", ".join(f"plane == {string(name)}, {name}" for name in planes)
    both = "COALESCE(MV_APPEND(address, agent), address, agent)"
    return [
        f"WHERE {ask.kind(*signs.USERS)} AND {actor} IS NOT NULL",
        ask.which_plane.removesuffix(")") + ', "elsewhere")',
        f"EVAL address = {address}, agent = {ask.name('client.userAgent.rawUserAgent')}",
        "// A client is its address, or else its user agent; elsewhere each of the two is known.",
        f'EVAL known_by = CASE(plane == "elsewhere", {both}, COALESCE(address, agent, ""))',
        "WHERE known_by IS NOT NULL",
        "MV_EXPAND known_by",
        stats(
            [f'{name} = COUNT(*) WHERE plane == "{name}"' for name in (*planes, "elsewhere")],
            f"actor = {actor}",
            "known_by",
        ),
        f"EVAL plane = [{_listed(planes)}]",
        "MV_EXPAND plane",
        f"EVAL number = CASE({numbers})",
        "WHERE number > 0",
        stats(
            [
                "by_users = SUM(number)",
                "with_the_client_of_other_events = SUM(CASE(elsewhere > 0, number, 0))",
                'without_address_and_user_agent = SUM(CASE(known_by == "", number, 0))',
            ],
            "plane",
        ),
    ]


def _proxy_filled(ask: _Asked) -> list[str]:
    flag = ask.name("securityContext.isProxy")
    counts = [
        "by_users = COUNT(*)",
        f"with_true = COUNT(*) WHERE {flag} == true",
        f"with_false = COUNT(*) WHERE {flag} == false",
    ]
    return [f"WHERE {ask.users}", ask.which_plane, stats(counts, "plane")]


def _session_filled(ask: _Asked) -> list[str]:
    lower = ask.lower("authenticationContext.externalSessionId")
    there = f"NOT {lower} IN ({_listed(sorted(signs.NO_SESSION))})"
    counts = ["by_users = COUNT(*)", f"with_a_session_id = COUNT(*) WHERE {there}"]
    return [f"WHERE {ask.users}", ask.which_plane, stats(counts, "plane")]


def _one_target(ask: _Asked) -> list[str]:
    return [
        f"WHERE {ask.types(lambda name: name.startswith('access.request.'))}",
        f"EVAL targets = MV_COUNT(MV_DEDUPE({ask.name('target.id')}))",
        _total(
            "with_one_target = COUNT(*) WHERE targets == 1",
            "with_several = COUNT(*) WHERE targets > 1",
            "with_none = COUNT(*) WHERE targets IS NULL",
        ),
    ]


def _one_life(ask: _Asked) -> list[str]:
    end = ask.verb(*signs.ENDS)
    counts = [
        f"opened = COUNT(*) WHERE {ask.verb('create')}",
        f"ends = COUNT(*) WHERE {end}",
        f"ended_at = MAX(@timestamp) WHERE {end}",
    ]
    joined = "whose_opening_has_the_same_id = SUM(CASE(opened > 0, ends, 0))"
    return [
        f"WHERE {ask.verb('create', *signs.ENDS)}",
        ask.request,
        'WHERE request != ""',
        stats(counts, "request"),
        "WHERE ends > 0",
        stats(["ends = SUM(ends)", joined], "day = DATE_TRUNC(1 day, ended_at)"),
    ]


def _reviewed_user(ask: _Asked) -> list[str]:
    target, kinds = ask.name("target.id"), ask.name("target.type")
    user = (
        f'TO_LOWER(MV_CONCAT({kinds}, " ")) LIKE "*user*"'
        f' OR CONCAT(" ", MV_CONCAT({target}, " ")) LIKE "* {signs.USER_ID}*"'
    )
    reviews = ask.types(lambda name: name.startswith("access.review."))
    return [
        f"WHERE {reviews} AND {target} IS NOT NULL",
        _total("reviews_with_targets = COUNT(*)", f"with_a_user = COUNT(*) WHERE {user}"),
    ]


def _api_shows(ask: _Asked) -> list[str]:
    events = ask.fields.catalog.events
    changes = ask.types(
        lambda name: (
            signs.PLANES[events[name].family] == signs.GUARDRAILS
            and not name.endswith(".invalidate")
        )
    )
    agent = ask.lower("client.userAgent.rawUserAgent")
    cases = [
        f'{ask.kind(*signs.SYSTEM)}, "system"',
        f'{ask.kind(*signs.APPS)}, "app"',
        " OR ".join(f'{agent} LIKE "*{tool}*"' for tool in signs.TOOLS) + ', "tool"',
        f'{agent} LIKE "{signs.BROWSER}*", "browser"',
        '"other"',
    ]
    return [
        f"WHERE {changes}",
        "EVAL how = CASE(" + ",\n    ".join(cases) + ")",
        _total(
            'by_apps = COUNT(*) WHERE how == "app"',
            'by_known_tools = COUNT(*) WHERE how == "tool"',
            'by_other_programs_or_without_user_agent = COUNT(*) WHERE how == "other"',
            'by_browsers = COUNT(*) WHERE how == "browser"',
        ),
    ]


def _failures_show(ask: _Asked) -> list[str]:
    result, reason = ask.lower("outcome.result"), ask.lower("outcome.reason")
    hidden = f'{result} == "success" AND {reason} RLIKE ".*({signs.FAILED}).*"'
    return [
        f"WHERE {ask.types()}",
        _total(
            "access_events = COUNT(*)",
            f'failure_or_deny = COUNT(*) WHERE {result} IN ("failure", "deny")',
            f"success_with_the_reason_of_a_failure = COUNT(*) WHERE {hidden}",
            f"without_an_outcome = COUNT(*) WHERE {ask.name('outcome.result')} IS NULL",
        ),
    ]


def _no_connector(ask: _Asked) -> list[str]:
    paths = ("actor.displayName", "client.userAgent.rawUserAgent")
    by = " OR ".join(f'{ask.lower(path)} RLIKE ".*{signs.CONNECTOR}.*"' for path in paths)
    return [
        f"WHERE {ask.types()}",
        _total("access_events = COUNT(*)", f"by_the_connector = COUNT(*) WHERE {by}"),
    ]


def _one_id(ask: _Asked) -> list[str]:
    actor = ask.name("actor.id")
    return [
        f"WHERE {ask.users} AND {actor} IS NOT NULL",
        f"EVAL login = {ask.lower('actor.alternateId')}",
        'WHERE login IS NOT NULL AND login != "unknown"',
        stats(["events = COUNT(*)", f"ids = COUNT_DISTINCT({actor})"], "login"),
        _total(
            "logins = COUNT(*)",
            "seen_more_than_once = COUNT(*) WHERE events > 1",
            "with_several_ids = COUNT(*) WHERE ids > 1",
        ),
    ]


def _total(*columns: str) -> str:
    return "STATS " + ",\n    ".join(columns)


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(string, values))


_QUERIES: dict[str, Callable[[_Asked], list[str]]] = {
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
