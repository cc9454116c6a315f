"""How often each rule alerted in benign months of the made-up company, as it was measured.

The figures are data, for measuring takes minutes; ``python -m bench.quiet`` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

FORM = "okta-access-loudness/1"
FILE = "loudness.json"
_WEEK = 7


class Loudness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The alerts of each rule, by world, in months of ``days`` of a company of ``people``.

    A row has one month per seed, from seed 1 on. A world in which a rule never alerted is left
    out; a rule that was not measured has no entry. ``versions`` are those of the rules then.
    """

    form: str
    people: int
    days: int
    months: int
    versions: Mapping[str, int]
    alerts: Mapping[str, Mapping[str, tuple[int, ...]]]

    def worst(self, rule: str, world: str) -> float:
        """Alerts a week in the loudest month of that world.

        Raises :class:`KeyError` for a rule that was not measured.
        """
        return max(self.alerts[rule].get(world, (0,))) / self.days * _WEEK

    def mean(self, rule: str, world: str) -> float:
        """Alerts a week over all months of that world.

        Raises :class:`KeyError` for a rule that was not measured.
        """
        return sum(self.alerts[rule].get(world, ())) / self.months / self.days * _WEEK


@cache
def loudness() -> Loudness:
    """What was measured with the shipped rules and settings."""
    data = (files(__package__) / FILE).read_bytes()
    return msgspec.json.decode(data, type=Loudness)
