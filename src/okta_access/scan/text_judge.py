"""Judging an event by its JSON text, without decoding all of it."""

from __future__ import annotations

from okta_access.catalog.times import microseconds
from okta_access.matching.events.generated import Keeper
from okta_access.matching.events.matcher import Hits, JudgedText
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import TimeRange

_KEEPERS = 4096


class TextJudge:
    """Settles events that no alert is to be written for, as most are."""

    def __init__(self, rules: ScanRules, range_: TimeRange, found: Findings) -> None:
        self.read = rules.matcher.judge_text
        """What an event's text comes to; None where only the decoded event can tell."""
        self._rules = rules
        self._keepers: dict[tuple[Hits, str], Keeper | None] = {}
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
        hits = seen.hits
        if hits is not None:
            # An event is kept for correlations, where that is all that is to be done with it.
            try:
                keep = self._keepers[hits, seen.event_type]
            except KeyError:
                keep = self._new_keeper(hits, seen.event_type)
            time = microseconds(seen.published or "")
            if keep is None or time is None:
                return False
            keep(time, seen.uuid, found.files.start | line, seen.record)
        if not named:
            found.tally.others += 1
            return True
        found.tally.events += 1
        if found.unseen.paths:
            found.unseen.see_record(seen.record)
        return True

    def _new_keeper(self, hits: Hits, event_type: str) -> Keeper | None:
        bits = self._rules.only_kept(hits)
        found = self._found.candidates.keeper(event_type, bits, self._rules) if bits else None
        if len(self._keepers) == _KEEPERS:  # rules of any type, and ever new types
            self._keepers.clear()
        self._keepers[hits, event_type] = found
        return found
