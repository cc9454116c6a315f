"""Shares, the bars they are held to, and what they say of an assumption."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Support(StrEnum):
    """What a log says of an assumption."""

    UPHELD = "upheld"
    CONTRADICTED = "contradicted"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a log says of an assumption, why, and what was counted."""

    support: Support
    reason: str
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """From which share on an assumption is upheld, and up to which it is contradicted.

    ``least`` is how many it takes to say anything. Whatever lies between the two shares shows
    nothing: a log may speak both ways, and a rule is called safe only where it does not.
    """

    least: int = 20
    upheld_from: float = 0.9
    contradicted_to: float = 0.5

    @property
    def limits(self) -> str:
        """The two shares in words.

        >>> Bar().limits
        'from 90% on it is upheld, up to 50% contradicted'
        """
        upheld, contradicted = f"{self.upheld_from:.0%}", f"{self.contradicted_to:.0%}"
        return f"from {upheld} on it is upheld, up to {contradicted} contradicted"

    @property
    def words(self) -> str:
        """The whole bar as a sentence, without its full stop."""
        nothing = f"between, or of fewer than {self.least}, nothing is shown"
        return f"{self.limits[0].upper()}{self.limits[1:]}; {nothing}"

    def answer(self, good: int, total: int, what: str, **figures: int) -> Answer:
        """What so many of so many show; ``what`` is what speaks for the assumption.

        >>> [Bar().answer(good, 20, "events").support.value for good in (18, 17, 10)]
        ['upheld', 'not shown', 'contradicted']
        """
        named = {name.replace("_", " "): number for name, number in figures.items()}
        if total < self.least:
            reason = f"{total} events to judge by, at least {self.least} are needed"
            return Answer(Support.NOT_SHOWN, reason, named)
        support, mixed = Support.NOT_SHOWN, ", which speaks both ways"
        if good >= self.upheld_from * total:
            support, mixed = Support.UPHELD, ""
        elif good <= self.contradicted_to * total:
            support, mixed = Support.CONTRADICTED, ""
        reason = f"{what}: {good} of {total} ({good / total:.0%}){mixed}"
        return Answer(support, reason, named)

    def worst(self, shares: Mapping[str, tuple[int, int]], what: str, **figures: int) -> Answer:
        """What the worst plane shows of those that hold enough; all together where none does."""
        enough = {plane: share for plane, share in shares.items() if share[1] >= self.least}
        if not enough:
            good, total = (sum(share[part] for share in shares.values()) for part in (0, 1))
            return self.answer(good, total, what, **figures)
        plane, (good, total) = min(enough.items(), key=lambda one: (one[1][0] / one[1][1], one[0]))
        few = sorted(name for name in shares if name not in enough)
        untold = f"; too few in {', '.join(few)} to tell" if few else ""
        found = self.answer(good, total, f"{what}, in {plane}", **figures)
        return Answer(found.support, found.reason + untold, found.figures)


BAR = Bar()
"""The bar of most assumptions."""
