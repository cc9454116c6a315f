"""A rule on single events as a search.

The search asks the index for the event types and then decides with ``where``, on the extracted
fields, what the rule means (see :mod:`~okta_access.compile.splunk.query.where`).
"""

from __future__ import annotations

from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, lines, results, type_terms
from okta_access.compile.splunk.query.where import conditions
from okta_access.rules.model import EventRule
from okta_access.rules.solver.event_types import event_types


def event_search(rule: EventRule, names: Names) -> Search:
    """The search that finds the rule's events, one result an event.

    Raises :class:`Refused` for what Splunk cannot be asked truly.
    """
    where = f"where {lines(conditions(rule.expr, names), 'AND')}"
    return Search(type_terms(event_types(rule.expr), names), (where, results(names)))
