"""Events of a followed stream that came out of time: told as they come, and counted at the end."""

from __future__ import annotations

from collections import Counter

from okta_access.cli.terminal import Terminal
from okta_access.logs.place import Place
from okta_access.matching.correlations.stream import MOST_WAITING, Untimely

_NAMED = 5  # events of a kind; after that, each time their number has one more digit
_TELLS = {
    Untimely.LATE: "came too late to count in correlations (--lateness gives stragglers more time)",
    Untimely.FUTURE: "is ahead of this machine's clock; correlations wait with it until that time",
    Untimely.LOST: "is ahead of this machine's clock like too many others, and will not count in "
    "correlations",
    Untimely.EARLY: f"made more than {MOST_WAITING:,} events wait to be counted in correlations; "
    "the oldest were not given their lateness",
}
_SUMMARY = {
    Untimely.LATE: "came too late and took no part in correlations",
    Untimely.FUTURE: "were ahead of this machine's clock and counted later",
    Untimely.LOST: "were ahead of this machine's clock and took no part in correlations",
    Untimely.EARLY: "were counted in correlations before stragglers came, for too many waited",
}


class OutOfOrder:
    """Events that came out of time: the first by their places, then how many so far."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._counts: Counter[Untimely] = Counter()

    def tell(self, kind: Untimely, new: int, place: Place) -> None:
        """So many more of a kind, the last at that place."""
        before = self._counts[kind]
        self._counts[kind] = so_far = before + new
        if before < _NAMED or len(str(so_far)) > len(str(before)):
            more = f" ({so_far:,} so far)" if so_far > 1 else ""
            self._terminal.warning(f"{place}: {_TELLS[kind]}{more}")

    def summary(self) -> None:
        """How many of each kind."""
        for kind, count in self._counts.items():
            self._terminal.warning(f"events that {_SUMMARY[kind]}: {count:,}")
