"""Judging pieces of a log in a process of its own, for the scan that joins them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from okta_access.catalog.template import Event
from okta_access.matching.correlations.event_store import EventStore, Later
from okta_access.scan.alerts import PendingAlert
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
    """Judges one piece of a file. ``unseen`` and ``store`` go on from piece to piece."""

    def __init__(
        self,
        rules: ScanRules,
        range_: TimeRange,
        unseen: UnseenFields,
        store: EventStore,
        file: str,
    ) -> None:
        self.types = rules.types
        self.tally = Tally()
        self._unseen = unseen
        self._store = store
        files = Files()
        files.next_file(file)
        found = Findings(self.tally, store, unseen, files)
        self.settled_by_text: Callable[[bytes, int], bool] = TextJudge(rules, range_, found).settles
        self.judge: Callable[[Event, int], list[PendingAlert]] = EventJudge(
            rules, range_, found
        ).judge

    def take_part(self) -> Part:
        """What has been found, to be asked once."""
        unseen = frozenset(self._unseen.paths)
        return Part(self.tally, self._store.take_later(), unseen)
