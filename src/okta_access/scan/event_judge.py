"""Judging a decoded event."""

from __future__ import annotations

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time
from okta_access.scan.alerts import PendingAlert, detail_paths, details_of
from okta_access.scan.copies import marks_of
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import NAMED, TimeRange

_DETAIL_PATHS = detail_paths()


class EventJudge:
    """Says which alerts an event is to raise, and keeps what may count in correlations."""

    def __init__(self, rules: ScanRules, range_: TimeRange, found: Findings) -> None:
        self._rules = rules
        self._range = range_
        self._found = found

    def judge(self, event: Event, line: int) -> list[PendingAlert]:
        """The alerts of one event, in the order of the rules."""
        tally = self._found.tally
        if self._range.bound and not self._range.holds(event_time(event)):
            tally.outside_range += 1
            return []
        tally.events += 1
        if self._found.unseen.paths:
            self._found.unseen.see_event(event)
        evaluation = self._rules.matcher.evaluate(event)
        for wrong in evaluation.wrong_types:
            tally.wrong_types[wrong] += 1
        if not evaluation.matched:
            return []
        source = self._found.sources.number(line)
        if not self._found.candidates.add(event, evaluation.matched, source):
            tally.untimed += 1
            if len(tally.untimed_places) < NAMED:
                tally.untimed_places.append(self._found.sources.here(line))
        alerting = self._rules.numbers(evaluation.matched)
        return self._pending(alerting, event, line) if alerting else []

    def _pending(self, rules: list[int], event: Event, line: int) -> list[PendingAlert]:
        details = details_of(
            {path: texts(event, path, self._rules.catalog) for path in _DETAIL_PATHS}
        )
        time, uuid, event_type = event_time(event), uuid_of(event), event_type_of(event)
        return [
            PendingAlert(rule, mark, line, time, uuid, event_type, details)
            for rule, mark in zip(rules, marks_of(event, rules), strict=True)
        ]
