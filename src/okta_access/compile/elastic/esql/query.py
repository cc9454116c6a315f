"""ES|QL queries for rules of either kind, over the indices of the settings."""

from __future__ import annotations

from dataclasses import replace

from okta_access.compile.elastic.esql.counts import counting_query
from okta_access.compile.elastic.esql.grouping import grouped
from okta_access.compile.elastic.esql.plain import plain_query
from okta_access.compile.elastic.esql.sequences import sequence_query
from okta_access.compile.elastic.esql.text import condition
from okta_access.compile.elastic.fields import Fields
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, CorrelationType, EventRule, Expr


def event_query(expr: Expr, fields: Fields) -> str:
    """The query that finds the events; ``METADATA`` lets Kibana tell them apart over runs."""
    sources = ", ".join(fields.settings.index)
    return f"FROM {sources} METADATA _id, _index, _version\n| WHERE {condition(expr, fields)}"


def correlation_query(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields) -> str:
    """The query that finds the groups, one row each, in the form that the settings ask for."""
    return plain_query_of(rule, bases, fields) or exact_query(rule, bases, fields)


def plain_query_of(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields) -> str | None:
    """The plain query; None where there is none, or the settings ask for the exact one."""
    if fields.settings.form == "exact":
        return None
    of = grouped(rule, bases, fields)
    try:
        return plain_query(of)
    except Refused:
        return None


def exact_query(
    rule: Correlation, bases: tuple[EventRule, ...], fields: Fields, *, with_context: bool = True
) -> str:
    """The query that slides its window over whatever time it is run over.

    ``with_context`` has it say who, what and where, which takes memory.
    """
    of = replace(grouped(rule, bases, fields), with_context=with_context)
    if rule.type is CorrelationType.TEMPORAL_ORDERED:
        return sequence_query(of)
    return counting_query(of)
