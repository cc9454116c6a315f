"""The target ``elastic-lucene``: query strings for Kibana's search bar and query rules."""

from __future__ import annotations

from typing import NoReturn

from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.elastic.texts import TextTarget
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule


def _event(rule: EventRule, fields: Fields) -> str:
    return query_string(rule.expr, fields)


def _correlation(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields) -> NoReturn:  # noqa: ARG001 - the writers' form
    raise Refused("Lucene finds single events and cannot count them or put them in order")


TARGET = TextTarget("elastic-lucene", "lucene", _event, _correlation)
