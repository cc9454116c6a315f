"""Judging a decoded event."""

from __future__ import annotations

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.catalog.times import event_time
from okta_access.scan.alerts import PendingAlert
from okta_access.scan.context import CONTEXT_PATHS, Context, context_of
from okta_access.scan.copies import marks_of
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import NAMED, TimeRange


class EventJudge:
    """Says which alerts an event is to raise, and keeps what may count in correlations."""

    def __init__(self, rules: ScanRules, range_: TimeRange, found: Findings) -> None:
        self._rules = rules
        self._range = range_
        self._found = found

    def judge(self, event: Event, line: int) -> list[PendingAlert]:
        """The alerts of one event, in the order of the rules."""
        tally = self._found.tally
        named = event_type_of(event) in self._rules.named
        if self._range.bound and not self._range.holds(event_time(event)):
            tally.outside_range += named
            tally.others += not named
            return []
        tally.events += named
        tally.others += not named
        if named and self._found.unseen.paths:
            self._found.unseen.see_event(event)
        evaluation = self._rules.matcher.evaluate(event)
        for wrong in evaluation.wrong_types if named else ():
            tally.wrong_types[wrong] += 1
        if not evaluation.matched:
            return []
        if not self._found.candidates.add(
            event, evaluation.matched, self._found.files.number(line)
        ):
            tally.untimed += 1
            if len(tally.untimed_places) < NAMED:
                tally.untimed_places.append(self._found.files.here(line))
        alerting = self._rules.numbers(evaluation.matched)
        return _pending(alerting, event, self._context(event), line) if alerting else []

    def _context(self, event: Event) -> Context:
        found = (texts(event, path, self._rules.catalog) for path in CONTEXT_PATHS)
        return context_of([one[0] if len(one) == 1 else one for one in found])


def _pending(rules: list[int], event: Event, context: Context, line: int) -> list[PendingAlert]:
    time, uuid, event_type = event_time(event), uuid_of(event), event_type_of(event)
    return [
        PendingAlert(rule, mark, line, time, uuid, event_type, context)
        for rule, mark in zip(rules, marks_of(event, rules), strict=True)
    ]
