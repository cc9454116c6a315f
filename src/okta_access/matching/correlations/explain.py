"""Why an event counts in a correlation, or does not; for event rules see ``evaluate.explain``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, texts
from okta_access.catalog.times import event_time
from okta_access.matching.events.evaluate import Explanation, explain
from okta_access.rules.model import Correlation, EventRule


@dataclass(frozen=True, slots=True)
class Part:
    """The part an event has in a correlation.

    ``bases`` are the referenced rules with their verdicts. ``keys`` are the group-by fields with
    the texts they hold, ``counted`` the counted field with its texts, where there is one. ``time``
    is in microseconds since 1970, None where it cannot be read.
    """

    bases: tuple[tuple[EventRule, Explanation], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    counted: tuple[str, tuple[str, ...]] | None
    time: int | None

    @property
    def missing(self) -> str | None:
        """What keeps the event from counting, or None where it counts."""
        if not any(verdict.holds for _, verdict in self.bases):
            return "none of the rules it refers to matches"
        if self.time is None:
            return "published cannot be read as a time"
        for path, found in self.keys:
            if not found:
                return f"the group key {path} is not there"
        if self.counted is not None and not self.counted[1]:
            return f"the counted field {self.counted[0]} is not there"
        return None


def explain_correlation(
    correlation: Correlation, bases: Sequence[EventRule], event: Event, catalog: Catalog
) -> Part:
    """What an event brings to a correlation over these rules, whether or not it then fires."""
    counted = correlation.value_field
    return Part(
        tuple((base, explain(base.expr, event, catalog)) for base in bases),
        tuple((path, texts(event, path, catalog)) for path in correlation.group_by),
        None if counted is None else (counted, texts(event, counted, catalog)),
        event_time(event),
    )
