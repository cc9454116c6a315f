"""The target ``elastic-esql``: ES|QL, for Discover and for detection rules of type ES|QL."""

from __future__ import annotations

from okta_access.compile.elastic.esql.query import event_query, exact_query, plain_query_of
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.texts import TextTarget
from okta_access.compile.model import Verdict
from okta_access.rules.model import Correlation, EventRule

_BOUND = (
    "its window is the time it is run over: over {span} and a little more, again within that"
    " little, it misses no burst and finds none longer than both; events without a uuid do not"
    " count"
)


def _event(rule: EventRule, fields: Fields) -> str:
    return event_query(rule.expr, fields)


def _correlation(
    rule: Correlation, bases: tuple[EventRule, ...], fields: Fields
) -> tuple[str, Verdict, str | None]:
    plain = plain_query_of(rule, bases, fields)
    if plain is None:
        return exact_query(rule, bases, fields), Verdict.EXACT, None
    return plain, Verdict.BOUNDED, _BOUND.format(span=rule.timespan.text)


TARGET = TextTarget("elastic-esql", "esql", _event, _correlation)
