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
class GroupKey:
    """A group key, the field it stands in, which an alias calls otherwise, and the texts there."""

    name: str
    path: str
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return self.name if self.name == self.path else f"{self.name} ({self.path})"


@dataclass(frozen=True, slots=True)
class Part:
    """The part an event has in a correlation.

    ``bases`` are the referenced rules with their verdicts. ``keys`` are the group keys with the
    fields they stand in and the texts there: of an alias in the fields of the rules that match, or
    of all where none does. ``counted`` is the counted field with its texts, where there is one.
    ``time`` is in microseconds since 1970, None where it cannot be read.
    """

    bases: tuple[tuple[EventRule, Explanation], ...]
    keys: tuple[GroupKey, ...]
    counted: tuple[str, tuple[str, ...]] | None
    time: int | None

    @property
    def missing(self) -> str | None:
        """What keeps the event from counting, or None where it counts."""
        if not any(verdict.holds for _, verdict in self.bases):
            return "none of the rules it refers to matches"
        if self.time is None:
            return "published cannot be read as a time"
        there = {key.name for key in self.keys if key.texts}
        for key in self.keys:
            if key.name not in there:
                return f"the group key {key} is not there"
        if self.counted is not None and not self.counted[1]:
            return f"the counted field {self.counted[0]} is not there"
        return None


def explain_correlation(
    correlation: Correlation, bases: Sequence[EventRule], event: Event, catalog: Catalog
) -> Part:
    """What an event brings to a correlation over these rules, whether or not it then fires."""
    counted = correlation.value_field
    verdicts = tuple((base, explain(base.expr, event, catalog)) for base in bases)
    paths = [*zip(correlation.keys, (verdict.holds for _, verdict in verdicts), strict=True)]
    matched = [keys for keys, holds in paths if holds] or [keys for keys, _ in paths]
    named = dict.fromkeys(
        pair for keys in matched for pair in zip(correlation.group_by, keys, strict=True)
    )
    return Part(
        verdicts,
        tuple(GroupKey(name, path, texts(event, path, catalog)) for name, path in named),
        None if counted is None else (counted, texts(event, counted, catalog)),
        event_time(event),
    )
