"""Judging pieces of a log in a process of its own, for the scan that joins them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from okta_access.catalog.template import Event
from okta_access.matching.correlations.event_store import EventStore, Rows
from okta_access.scan.alerts import PendingAlert
from okta_access.scan.event_judge import EventJudge
from okta_access.scan.event_table import Columns, Files
from okta_access.scan.findings import Findings
from okta_access.scan.scan_rules import ScanRules
from okta_access.scan.tally import Tally, TimeRange
from okta_access.scan.text_judge import TextJudge
from okta_access.scan.unseen import UnseenFields


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in a piece of a file, whose lines are numbered from 1."""

    tally: Tally
    rows: Rows
    events: Columns
    unseen: frozenset[str]


class PieceJudge:
    """Judges one piece of a file. ``unseen`` goes on from piece to piece."""

    def __init__(
        self, rules: ScanRules, range_: TimeRange, unseen: UnseenFields, file: str
    ) -> None:
        self.types = rules.types
        self.tally = Tally()
        self._unseen = unseen
        self._store = EventStore(rules.correlations, rules.catalog)
        self._table = Columns()
        files = Files()
        files.next_file(file)
        found = Findings(self.tally, self._store, self._table, unseen, files)
        self.settled_by_text: Callable[[bytes, int], bool] = TextJudge(rules, range_, found).settles
        self.judge: Callable[[Event, int], list[PendingAlert]] = EventJudge(
            rules, range_, found
        ).judge

    @property
    def part(self) -> Part:
        """What has been found."""
        unseen = frozenset(self._unseen.paths)
        return Part(self.tally, self._store.rows, self._table, unseen)
