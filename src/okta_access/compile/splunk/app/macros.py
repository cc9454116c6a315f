"""The macros of the app: where events are, what results show, one filter a rule."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import (
    RESULTS_MACRO,
    SOURCE_MACRO,
    results,
    source_terms,
)
from okta_access.rules.settings.files import SplunkSettings

ALERTS_MACRO = "okta_access_alerts"
_PASSES_ALL = "search *"


def macro_stanzas(
    filters: Iterable[str], names: Names, settings: SplunkSettings, searches: str
) -> list[Stanza]:
    """All macros; ``filters`` names those that pass everything until somebody changes them.

    ``searches`` begins the names of saved searches.
    """
    index = settings.summary_index or "summary"
    return [
        _macro(SOURCE_MACRO, source_terms(settings)),
        _macro(RESULTS_MACRO, "\n| ".join(results(names).commands)),
        _macro(ALERTS_MACRO, f'index="{index}" source="{searches}*"'),
        *(_macro(name, _PASSES_ALL) for name in sorted(filters)),
    ]


def _macro(name: str, definition: str) -> Stanza:
    return Stanza(name, {"definition": definition, "iseval": "0"})
