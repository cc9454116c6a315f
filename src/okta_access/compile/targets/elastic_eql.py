"""The target ``elastic-eql``: EQL queries for single events, labelled as never run."""

from __future__ import annotations

from typing import NoReturn

from okta_access.compile.elastic.eql.text import eql_query
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.texts import TextTarget
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, CorrelationType, EventRule

NEVER_RUN = (
    "written after Elastic's reference and never run: no EQL engine can be had here; `:` and"
    " `like~` know the letters of ASCII only, so that U+212A is no k"
)


def _event(rule: EventRule, fields: Fields) -> str:
    return eql_query(rule.expr, fields)


def _correlation(rule: Correlation, bases: tuple[EventRule, ...], fields: Fields) -> NoReturn:  # noqa: ARG001 - the writers' form
    if rule.type is CorrelationType.TEMPORAL_ORDERED:
        raise Refused(
            "an EQL sequence takes two events of one time in one order only, and so can miss",
            hint="elastic-esql says it exactly",
        )
    raise Refused(
        "EQL counts copies of an event, and cannot count different values or say `in any order`",
        hint="elastic-esql says it exactly",
    )


TARGET = TextTarget("elastic-eql", "eql", _event, _correlation, NEVER_RUN)
