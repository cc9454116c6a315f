"""The target ``elastic-esql``: ES|QL, for Discover and for detection rules of type ES|QL."""

from __future__ import annotations

from okta_access.compile.elastic.esql.query import correlation_query, event_query
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.texts import TextTarget
from okta_access.rules.model import EventRule


def _event(rule: EventRule, fields: Fields) -> str:
    return event_query(rule.expr, fields)


TARGET = TextTarget("elastic-esql", "esql", _event, correlation_query)
