"""What differs between two versions of rules, rule by rule; ``reports`` prints it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from okta_access.rules.model import Level


class Kind(StrEnum):
    """What became of a rule, in the order in which people are told."""

    ADDED = "added"
    MEANING = "changed in meaning"
    WORDS = "changed in words"
    EFFECT = "changed in effect"
    """The rule is as it was; settings, or how rules are compiled, are not."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Side:
    """A rule in one version; ``off``: the settings switch it off, or it waits for a list."""

    name: str
    version: int
    level: Level
    off: bool


@dataclass(frozen=True, slots=True)
class Alerts:
    """Alerts on the log: in all per version (None where it does not run), and those that differ."""

    before: int | None
    after: int | None
    new: int
    lost: int
    moved: int

    @property
    def differ(self) -> bool:
        """Whether any alert is new, lost or told at another time."""
        return bool(self.new or self.lost or self.moved)

    @property
    def word(self) -> str:
        """``louder``, ``quieter`` or, with the same number, ``other alerts``."""
        change = (self.after or 0) - (self.before or 0)
        return "louder" if change > 0 else "quieter" if change < 0 else "other alerts"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A compiled text: its verdict per version (None: not there), and the unified difference."""

    target: str
    before: str | None
    after: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What differs of one rule; ``words`` names parts of its file that are not about meaning."""

    kind: Kind
    before: Side | None
    after: Side | None
    words: tuple[str, ...]
    alerts: Alerts | None
    texts: tuple[TextChange, ...]

    @property
    def name(self) -> str:
        """What the rule is called, or was."""
        side = self.after or self.before
        assert side is not None  # a change is of a rule
        return side.name


@dataclass(frozen=True, slots=True)
class Difference:
    """All rules that differ, by kind and name; ``base`` and ``log`` say what was compared on what.

    ``days`` is how many days the log covers.
    """

    base: str
    log: str
    days: int
    rules: tuple[RuleChange, ...]

    def of(self, kind: Kind) -> tuple[RuleChange, ...]:
        """The rules of one kind."""
        return tuple(one for one in self.rules if one.kind is kind)


def sides(one: RuleChange) -> list[str]:
    """What is not as it was besides meaning and text, in a few words each."""
    before, after = one.before, one.after
    said = []
    if before and after:
        if before.name != after.name:
            said.append(f"was named {before.name}")
        if before.version != after.version:
            said.append(f"version {before.version} to {after.version}")
        if before.level is not after.level:
            said.append(f"level {before.level} to {after.level}")
        if before.off is not after.off:
            said.append("now off" if after.off else "now on")
    if one.words:
        said.append(f"words: {', '.join(one.words)}")
    return said


def counts(alerts: Alerts) -> str:
    """The alerts of both versions: ``3 to 5 (2 new)``.

    >>> counts(Alerts(3, None, 0, 3, 0))
    '3 to none (3 lost)'
    """
    numbers = ["none" if n is None else f"{n:,}" for n in (alerts.before, alerts.after)]
    kinds = {"new": alerts.new, "lost": alerts.lost, "moved": alerts.moved}
    more = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items() if count)
    return " to ".join(numbers) + (f" ({more})" if more else "")
