"""What findings are held against: the rule, over the same events in their own time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from engines.clock.arrivals import Arrival
from engines.clock.findings import Finding, Group
from okta_access.catalog.model import Catalog
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.rules.model import Correlation, EventRule, Timespan


@dataclass(slots=True)
class Meaning:
    """A correlation, and what it comes to over sets of events."""

    rule: Correlation
    bases: Sequence[EventRule]
    catalog: Catalog
    _known: dict[object, list[tuple[Group, frozenset[str]]]] = field(default_factory=dict)

    def alerts(
        self, arrivals: Iterable[Arrival], span: int | None = None
    ) -> list[tuple[Group, frozenset[str]]]:
        """The groups and events of its alerts; ``span`` is a timespan of so many milliseconds."""
        events: Mapping[str, Any] = {a.uuid: a.event for a in arrivals}
        asked = frozenset(events), span
        if asked not in self._known:
            seconds = self.rule.timespan.seconds if span is None else span // 1000
            wider = replace(self.rule, timespan=Timespan(f"{seconds}s", seconds))
            self._known[asked] = [
                (
                    tuple(text for _, text in alert.group),
                    frozenset(str(event.uuid) for event in alert.events),
                )
                for alert in find_alerts(wider, self.bases, list(events.values()), self.catalog)
            ]
        return self._known[asked]

    def missed(
        self, arrivals: Sequence[Arrival], findings: Sequence[Finding], *, whole: bool
    ) -> Iterator[tuple[Group, frozenset[str]]]:
        """The alerts of the rule that no finding of the group stands for.

        One does if it could count all of the alert's events; where not ``whole``, any of them.
        """
        for group, uuids in self.alerts(arrivals):
            if not any(
                one.group == group and (uuids <= one.uuids if whole else uuids & one.uuids)
                for one in findings
            ):
                yield group, uuids

    def invented(
        self, arrivals: Sequence[Arrival], findings: Sequence[Finding], bound: int | None
    ) -> Iterator[Finding]:
        """Findings that the rule does not make of what was seen, nor within a wider ``bound``."""
        for one in findings:
            seen = (a for a in arrivals if a.uuid in one.uuids)
            if one.group not in {group for group, _ in self.alerts(seen, bound)}:
                yield one

    def repeats(self, arrivals: Sequence[Arrival], findings: Sequence[Finding]) -> int:
        """The most findings of one alert."""
        return max(
            (
                sum(one.group == group and uuids <= one.uuids for one in findings)
                for group, uuids in self.alerts(arrivals)
            ),
            default=0,
        )
