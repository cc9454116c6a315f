"""Events that may count for correlations, on their way to whoever keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.model import Catalog
from okta_access.catalog.paths import Event, Held, texts
from okta_access.catalog.times import event_time
from okta_access.matching.correlations.bases import Bases, Referred
from okta_access.matching.events.generated import Keeper, NewKeeper, Reader
from okta_access.rules.model import Correlation, EventRule


class Readers(Protocol):
    """Makes what reads fields out of records; None where no record can carry them."""

    def reader(self, paths: tuple[str, ...], needed: frozenset[str]) -> Reader | None:
        """What gives the fields of a record; nothing for one that is not ``needed``."""

    def keeper(self, groups: tuple[tuple[str, ...], ...]) -> NewKeeper | None:
        """What numbers what groups of fields hold, group by group."""


class Candidates(ABC):
    """Takes in candidates for these correlations, each given with the event rules it refers to.

    The rules are told apart as objects: those given to :meth:`add` must be these very ones.
    ``further`` are fields of which alerts shall tell what their events hold.
    """

    def __init__(
        self,
        correlations: Iterable[tuple[Correlation, Bases]],
        catalog: Catalog,
        further: Sequence[str] = (),
    ) -> None:
        self._catalog = catalog
        self._referred = Referred(correlations, further)

    @property
    def paths(self) -> tuple[str, ...]:
        """The fields that are kept of each event."""
        return self._referred.paths

    def rules_of(self, matched: Iterable[EventRule]) -> int:
        """What these rules come to for :meth:`keep`; 0 where none of them is referred to."""
        return self._referred.rules_of(matched)

    def needed(self, rules: int) -> frozenset[str]:
        """The fields that count of an event for which such rules hold."""
        return self._referred.needed(rules)

    def add(self, event: Event, matched: Iterable[EventRule], source: int) -> bool:
        """Take in an event if it can count: if a rule it matched is referred to.

        ``source`` is the reader's number of the line (below 2**63), growing as lines are read. The
        answer is False only where the event would count and its time cannot be read.
        """
        rules = self.rules_of(matched)
        if not rules:
            return True
        time = event_time(event)
        if time is None:
            return False
        needed = self.needed(rules)
        found = [texts(event, p, self._catalog) if p in needed else () for p in self.paths]
        held = [one[0] if len(one) == 1 else one for one in found]
        self.keep(time, uuid_of(event), event_type_of(event), rules, (*held,), source)
        return True

    def keeper(self, event_type: str, rules: int, readers: Readers) -> Keeper | None:
        """What takes in events of a type for which such rules hold, from their records.

        None where no record can carry the fields.
        """
        reader = readers.reader(self.paths, self.needed(rules))
        if reader is None:
            return None

        def keep(time: int, uuid: str | None, source: int, record: msgspec.Struct) -> None:
            self.keep(time, uuid, event_type, rules, reader(record), source)

        return keep

    @abstractmethod
    def keep(
        self,
        time: int,
        uuid: str | None,
        event_type: str,
        rules: int,
        held: tuple[Held, ...],
        source: int,
    ) -> None:
        """Take in an event that has been read already: what it holds at each of :attr:`paths`.

        What does not count (see :meth:`needed`) may be given as nothing.
        """
