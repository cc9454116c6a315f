"""Judging an event by its JSON text, without decoding all of it."""

from __future__ import annotations

from okta_access.catalog.times import microseconds
from okta_access.matching.events.matcher import Hits, JudgedText
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import TimeRange


class TextJudge:
    """Settles events that no alert is to be written for, as most are."""

    def __init__(self, rules: ScanRules, range_: TimeRange, found: Findings) -> None:
        self.read = rules.matcher.judge_text
        """What an event's text comes to; None where only the decoded event can tell."""
        self._only_kept = rules.only_kept
        self._named = rules.named
        self._range = range_
        self._bound = range_.bound
        self._found = found

    def settles(self, data: bytes, line: int) -> bool:
        """Judge an event by its text; False where that does not settle it, and nothing was done."""
        seen = self.read(data)
        return seen is not None and self.settles_read(seen, line)

    def settles_read(self, seen: JudgedText, line: int) -> bool:
        """As :meth:`settles`, of a text that was read already."""
        found = self._found
        named = seen.event_type in self._named
        if self._bound and not self._range.holds(microseconds(seen.published or "")):
            found.tally.outside_range += named
            found.tally.others += not named
            return True
        if seen.hits is not None and not self._kept(seen, seen.hits, line):
            return False
        if not named:
            found.tally.others += 1
            return True
        found.tally.events += 1
        if found.unseen.paths:
            found.unseen.see_record(seen.record)
        return True

    def _kept(self, seen: JudgedText, hits: Hits, line: int) -> bool:
        """Keep an event for correlations, where that is all that is to be done with it."""
        kept = self._only_kept(hits)
        time = microseconds(seen.published or "")
        if kept is None or time is None:
            return False
        rules, reader = kept
        found = self._found
        held, place = reader(seen.record), found.files.number(line)
        found.candidates.keep(time, seen.uuid, seen.event_type, rules, held, place)
        return True
