"""Shares and the verdicts they give: how much of a log speaks for an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

UPHELD_FROM = 0.9
CONTRADICTED_TO = 0.5
LEAST = 20


class Verdict(StrEnum):
    """What a log says of an assumption."""

    UPHELD = "upheld"
    CONTRADICTED = "contradicted"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many speak for it.

    ``least`` is how many it takes to say anything, ``against`` the greatest share that contradicts.
    """

    good: int
    total: int
    least: int = LEAST
    against: float = CONTRADICTED_TO

    @property
    def verdict(self) -> Verdict:
        """What the share shows.

        >>> [Share(good, 20).verdict.value for good in (18, 17, 10)]
        ['upheld', 'not shown', 'contradicted']
        """
        if self.total < self.least:
            return Verdict.NOT_SHOWN
        if self.good >= UPHELD_FROM * self.total:
            return Verdict.UPHELD
        return Verdict.CONTRADICTED if self.good <= self.against * self.total else Verdict.NOT_SHOWN

    def reason(self, what: str) -> str:
        """The share in words; ``what`` is what speaks for the assumption."""
        if self.total < self.least:
            return f"{self.total} events to judge by, at least {self.least} are needed"
        mixed = ", which speaks both ways" if self.verdict is Verdict.NOT_SHOWN else ""
        return f"{what}: {self.good} of {self.total} ({self.good / self.total:.0%}){mixed}"


Found = tuple[Verdict, str, dict[str, int]]


def found_by(share: Share, what: str, **figures: int) -> Found:
    """Verdict, reason and figures; ``what`` is what speaks for the assumption."""
    return share.verdict, share.reason(what), {k.replace("_", " "): v for k, v in figures.items()}


def worst_of(shares: Mapping[str, Share], what: str, **figures: int) -> Found:
    """The verdict of the worst plane that shows enough; of all together where none does."""
    enough = {plane: share for plane, share in shares.items() if share.total >= share.least}
    if not enough:
        totals = [(share.good, share.total) for share in shares.values()]
        whole = Share(sum(good for good, _ in totals), sum(total for _, total in totals))
        return found_by(whole, what, **figures)
    plane, share = min(enough.items(), key=lambda one: (one[1].good / one[1].total, one[0]))
    few = [name for name in shares if name not in enough]
    untold = f"; too few in {', '.join(sorted(few))} to tell" if few else ""
    verdict, reason, named = found_by(share, f"{what}, in {plane}", **figures)
    return verdict, reason + untold, named
