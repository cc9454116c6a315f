"""The next query of a runbook in Splunk: terms that the events to look at pass."""

from __future__ import annotations

from collections.abc import Callable

from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.pivots import Pivot
from okta_access.compile.native import FirstSeen
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import SOURCE_MACRO, one_line
from okta_access.compile.splunk.query.terms import one_of
from okta_access.rules.model import Correlation, EventRule

Alerting = EventRule | Correlation | FirstSeen
Held = Callable[[str], str]
"""What stands for the value that an alert has in a field or in an alias of its group."""


def pivot_search(pivot: Pivot, rule: Alerting, names: Names, held: Held) -> str:
    """The search for the events of a pivot after an alert of a rule.

    Raises :class:`~okta_access.errors.Refused` for a field without a name in Splunk.
    """
    terms = [f'{names.event(path)}="{held(own)}"' for path, own in pivot.same.items()]
    if pivot.group:
        terms += group_terms(rule, names, held)
    if pivot.types:
        terms.append(one_line(one_of(names.event(EVENT_TYPE), pivot.types)))
    return f"`{SOURCE_MACRO}` {' '.join(terms) or names.event(EVENT_TYPE) + '=access.*'}"


def group_terms(rule: Alerting, names: Names, held: Held) -> list[str]:
    """Terms that the events of an alert's group pass; none where nothing is grouped by."""
    keys = () if isinstance(rule, EventRule) else rule.group_by
    return [_of_group(rule, key, names, held(key)) for key in keys]


def _of_group(rule: Alerting, key: str, names: Names, value: str) -> str:
    aliases = rule.aliases if isinstance(rule, Correlation) else ()
    fields = [alias.fields for alias in aliases if alias.name == key]
    paths = dict.fromkeys(path for _, path in fields[0]) if fields else [key]
    terms = [f'{names.event(path)}="{value}"' for path in paths]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
