"""Which rules a backtest runs: those in force, on request also those off, or some by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from msgspec.structs import replace

from okta_access.backtest.days import alerting
from okta_access.errors import InputError
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Level, Rule
from okta_access.rules.settings.tuning import Tuned


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules to run, from ``level`` on; ``off`` names those of them that are not in force."""

    rules: RuleSet
    level: Level
    off: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """The rules that alert and are counted, by name."""
        return tuple(rule.name for rule in alerting(self.rules, self.level))


@dataclass(frozen=True, slots=True)
class Version:
    """The rules as they were read, as the settings tune them, and what of them is run."""

    loaded: RuleSet
    tuned: Tuned
    selection: Selection

    def is_off(self, rule: Rule) -> bool:
        """Whether the rule is left out because it is off."""
        left_out = all(one.name != rule.name for one in self.selection.rules.all_rules)
        return left_out and any(one.rule == rule.name for one in self.tuned.off)

    def why_not(self, rule: Rule) -> str:
        """Why this rule of the version is not run."""
        if self.is_off(rule):
            return "off, " + next(one.reason for one in self.tuned.off if one.rule == rule.name)
        if isinstance(rule, EventRule) and rule.silent:
            return "the base of a correlation, without alerts of its own"
        if rule.meta.level.rank < self.selection.level.rank:
            return f"below the level {self.selection.level}"
        return "not asked for"


def select(
    tuned: Tuned, level: Level, names: Collection[str] | None, *, include_off: bool
) -> Selection:
    """The rules in force, and those off where asked for; of them only ``names``, where given.

    Rules that wait for a list cannot be run. Names that are not among the rules are passed over;
    :func:`check_names` says so to the user.
    """
    rules = tuned.shipped if include_off else tuned.in_force
    if names is not None:
        rules = only(rules, names)
    off = {one.rule for one in tuned.off}
    return Selection(rules, level, frozenset(off & {rule.name for rule in rules.all_rules}))


def only(rules: RuleSet, names: Collection[str]) -> RuleSet:
    """These rules alone; the others still serve the correlations that refer to them."""
    return replace(
        rules,
        rules=tuple(rule for rule in rules.rules if rule.name in names),
        correlations=tuple(rule for rule in rules.correlations if rule.name in names),
        context=(*rules.context, *(rule for rule in rules.rules if rule.name not in names)),
    )


def check_names(names: Sequence[str], versions: Sequence[Version]) -> None:
    """Raise :class:`InputError` for the first name that no version runs, and say why."""
    for name in names:
        if not any(name in version.selection.names for version in versions):
            raise not_run(name, versions)


def not_run(
    name: str, versions: Sequence[Version], further: Sequence[str] = (), what: str = "rule"
) -> InputError:
    """Why no version runs a rule of this name; ``further`` are names that were possible too."""
    loaded = [(rule, version) for version in versions for rule in version.loaded.all_rules]
    found = next(((rule, version) for rule, version in loaded if rule.name == name), None)
    if found is None:
        close = get_close_matches(name, [*further, *(rule.name for rule, _ in loaded)], 1)
        hint = f"did you mean `{close[0]}`?" if close else None
        return InputError(f"no {what} is named `{name}`", hint=hint)
    rule, version = found
    shipped = any(one.name == name for one in version.tuned.shipped.all_rules)
    hint = "--include-off runs it all the same" if shipped and version.is_off(rule) else None
    return InputError(f"{name} is not run: {version.why_not(rule)}", hint=hint)
