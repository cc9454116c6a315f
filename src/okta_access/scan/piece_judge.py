"""Judging pieces of a log in a process of its own, for the scan that joins them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from okta_access.catalog.template import Event
from okta_access.matching.correlations.event_store import EventStore, Later
from okta_access.scan.alerts import PendingAlert
from okta_access.scan.context import CONTEXT_PATHS
from okta_access.scan.event_judge import EventJudge
from okta_access.scan.files import Files
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import Tally, TimeRange
from okta_access.scan.text_judge import TextJudge
from okta_access.scan.unseen import UnseenFields


class Part(msgspec.Struct, frozen=True):
    """What was found in a piece of a file, whose lines are numbered from 1."""

    tally: Tally
    later: Later
    unseen: frozenset[str]


class PieceJudge:
    """Judges files piece by piece; what it keeps of one piece it knows again in the next."""

    def __init__(self, rules: ScanRules, range_: TimeRange) -> None:
        self.types = rules.types
        self._store = EventStore(rules.correlations, rules.catalog, CONTEXT_PATHS)
        self._found = Findings(Tally(), self._store, UnseenFields(rules), Files())
        texts = TextJudge(rules, range_, self._found)
        events = EventJudge(rules, range_, self._found)
        self.settled_by_text: Callable[[bytes, int], bool] = texts.settles
        self.judge: Callable[[Event, int], list[PendingAlert]] = events.judge

    @property
    def tally(self) -> Tally:
        """What was seen in this piece."""
        return self._found.tally

    def next_piece(self, file: str) -> None:
        """What follows is a piece of this file."""
        self._found.tally, self._found.files = Tally(), Files()
        self._found.files.next_file(file)

    def part(self) -> Part:
        """What has been found in this piece, to be asked once."""
        unseen = frozenset(self._found.unseen.paths)
        return Part(self.tally, self._store.take_later(), unseen)
