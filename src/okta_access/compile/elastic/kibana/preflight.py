"""A query to paste into Kibana's Discover before any rule is enabled: what the logs there hold.

A row for each event type: how many events, how late they came, how many hold a text too long to be
indexed, and in how many of a hundred each field is there. Rules stay silent on a field that is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from okta_access.catalog.model import EVENT_TYPE
from okta_access.compile.elastic.esql.grouping import stats
from okta_access.compile.elastic.esql.text import has_type
from okta_access.compile.elastic.fields import Fields

PREFLIGHT_FILE = "okta_access_preflight.esql"


def preflight_query(fields: Fields) -> str:
    """The query. Fields are asked of the index, so that one that is not mapped is no error.

    >>> from okta_access.catalog.load import load_catalog
    >>> preflight_query(Fields(load_catalog())).splitlines()[0]
    'FROM logs-okta* METADATA _ignored'
    """
    by = fields.of(EVENT_TYPE).name
    names = {_column(path): fields.of(path).name for path in _asked(fields)}
    counted = [
        "events = COUNT(*)",
        "first_event = MIN(@timestamp)",
        "last_event = MAX(@timestamp)",
        "lag_median_s = PERCENTILE(lag_s, 50)",
        "lag_most_s = MAX(lag_s)",
        "with_values_not_indexed = COUNT(*) WHERE _ignored IS NOT NULL",
        "fields_not_indexed = VALUES(_ignored)",
        *(f'{column} = COUNT(*) WHERE qstr("_exists_:{name}")' for column, name in names.items()),
    ]
    shares = [f"{column} = ROUND(100.0 * {column} / events, 1)" for column in names]
    return "\n| ".join(
        [
            f"FROM {', '.join(fields.settings.index)} METADATA _ignored",
            f"WHERE {has_type(sorted(fields.catalog.events), fields)}",
            'EVAL lag_s = DATE_DIFF("seconds", @timestamp, event.ingested)',
            stats(counted, by),
            "EVAL " + ",\n    ".join(shares),
            "SORT events DESC",
        ]
    )


def _asked(fields: Fields) -> Iterable[str]:
    return (path for path in fields.catalog.fields if path != EVENT_TYPE)


def _column(path: str) -> str:
    """A column for a field: what share of the events has it.

    >>> _column("client.userAgent.rawUserAgent")
    'pct_client_user_agent_raw_user_agent'
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path).lower()
    return f"pct_{re.sub(r'[^a-z0-9]+', '_', words)}"
