"""Events of a followed stream that came out of time: told as they come, and counted at the end."""

from __future__ import annotations

from collections import Counter

from okta_access.cli.terminal import Terminal
from okta_access.logs.place import Place
from okta_access.matching.correlations.stream import MOST_WAITING, Stray

_NAMED = 5  # events of a kind; after that, each time their number has one more digit
_TELLS = {
    Stray.LATE: "came too late to count in correlations (--lateness gives stragglers more time)",
    Stray.FUTURE: "is ahead of this machine's clock; correlations wait with it until that time",
    Stray.LOST: "is ahead of this machine's clock like too many others, and will not count in "
    "correlations",
    Stray.EARLY: f"made more than {MOST_WAITING:,} events wait to be counted in correlations; the "
    "oldest were not given their lateness",
}
_SUMMARY = {
    Stray.LATE: "came too late and took no part in correlations",
    Stray.FUTURE: "were ahead of this machine's clock and counted later",
    Stray.LOST: "were ahead of this machine's clock and took no part in correlations",
    Stray.EARLY: "were counted in correlations before stragglers could come, for too many waited",
}


class OutOfOrder:
    """Events that came out of time: the first by their places, then how many so far."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._counts: Counter[Stray] = Counter()

    def tell(self, stray: Stray, new: int, place: Place) -> None:
        """So many more of a kind, the last at that place."""
        before = self._counts[stray]
        self._counts[stray] = so_far = before + new
        if before < _NAMED or len(str(so_far)) > len(str(before)):
            more = f" ({so_far:,} so far)" if so_far > 1 else ""
            self._terminal.warning(f"{place}: {_TELLS[stray]}{more}")

    def summary(self) -> None:
        """How many of each kind."""
        for stray, count in self._counts.items():
            self._terminal.warning(f"events that {_SUMMARY[stray]}: {count:,}")
