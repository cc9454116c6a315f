"""The next query of a runbook in KQL, for Discover and timelines."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.pivots import Pivot
from okta_access.compile.elastic.esql.grouping import alias_column
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.native import FirstSeen
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.pivots import NextQuery, short_length

FIRST, LAST = "<first event>", "<last event>"
"""Stand for the times of an alert's first and last event; ``<okta.actor.id>`` for its actor."""


def pivot_kql(
    pivot: Pivot, query: NextQuery, rule: EventRule | Correlation | FirstSeen, fields: Fields
) -> str:
    """The query for the events of a pivot around an alert of a rule, with ``<…>`` to be filled in.

    Raises :class:`~okta_access.errors.Refused` for a field without a name in Elastic.
    """
    terms = [_term(path, own, fields) for path, own in pivot.same.items()]
    if pivot.group and not isinstance(rule, EventRule):
        terms += [_of_group(rule, key, fields) for key in rule.group_by]
    if pivot.types:
        # Elasticsearch's KQL (8.19) does not take three values in parentheses behind one field.
        terms.append(_any_of(f"{fields.of(EVENT_TYPE).name} : {kind}" for kind in pivot.types))
    earlier = f"||-{short_length(query.before)}" if query.before else ""
    terms.append(f'@timestamp >= "{FIRST}{earlier}"')
    if query.after is not None:
        later = f"||+{short_length(query.after)}" if query.after else ""
        terms.append(f'@timestamp <= "{LAST}{later}"')
    return " and ".join(terms)


def _of_group(rule: Correlation | FirstSeen, key: str, fields: Fields) -> str:
    aliases = rule.aliases if isinstance(rule, Correlation) else ()
    found = [alias.fields for alias in aliases if alias.name == key]
    if not found:
        return _term(key, key, fields)
    names = dict.fromkeys(fields.of(path).name for _, path in found[0])
    return _any_of(f'{name} : "<{alias_column(key)}>"' for name in names)


def _any_of(terms: Iterable[str]) -> str:
    first, *more = terms
    return f"({' or '.join([first, *more])})" if more else first


def _term(path: str, own: str, fields: Fields) -> str:
    return f'{fields.of(path).name} : "<{fields.of(own).name}>"'
