"""What a product found, beside what the reference says that it must and may find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engines.siem.corpus import Key

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of a run's alerts; ``fault`` is why there are none, in the product's words."""

    keys: frozenset[Key]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a rule: what it must find, what it may find, and what it found."""

    siem: str
    rule: str
    when: str
    must: frozenset[Key] | set[Key]
    may: frozenset[Key] | set[Key]
    found: Found

    @property
    def differences(self) -> Iterator[str]:
        """What is wrong with it, a line each."""
        name = f"{self.siem}: {self.rule}, {self.when}"
        if self.found.fault:
            yield f"{name}: did not run: {self.found.fault}"
            return
        missed, invented = self.must - self.found.keys, self.found.keys - self.may
        for what, keys in (("missed", missed), ("invented", invented)):
            if keys:
                shown = ", ".join(":".join(key) or "(all)" for key in sorted(keys)[:_SHOWN])
                yield f"{name}: {what} {len(keys)}: {shown}"


def told(runs: Iterable[Run]) -> tuple[list[str], bool]:
    """Lines to print, differences first and then a sum for each product; whether all is well.

    Where nothing ran nothing is well.
    """
    known = list(runs)
    lines = [line for run in known for line in run.differences]
    sums = []
    for siem in dict.fromkeys(run.siem for run in known):
        mine = [run for run in known if run.siem == siem]
        alerts = sum(len(run.found.keys) for run in mine)
        wrong = sum(any(run.differences) for run in mine)
        sums.append(
            f"{siem}: {len({run.rule for run in mine})} rules, {len(mine)} runs, {alerts} alerts, "
            f"{wrong} runs with differences"
        )
    return [*lines, *sums], bool(known) and not lines
