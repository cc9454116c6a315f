"""What to do with each rule: enable it, try it or wait, by what a log says.

Two things speak against a rule: a fact that it rests on is false there, and it would have been
loud. What a log does not show speaks neither way; a rule that would have been quiet can be tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from okta_access.assumptions.bars import Answer, Support
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, Level, Rule

QUIET = 1.0
"""The most alerts a day on average with which a rule counts as quiet."""


class Advice(StrEnum):
    """What to do with a rule."""

    ENABLE = "enable"
    TRIAL = "trial"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule, what to do with it, and why.

    ``contradicted`` and ``not_shown`` are the assumptions that keep it from being safe.
    ``alerts_a_day`` is what it would have raised on the log, on average; None where the log covers
    no day, and of informational rules, which tell and do not alert. ``off`` is why the settings
    switch it off, None where they do not.
    """

    rule: str
    level: Level
    advice: Advice
    contradicted: tuple[str, ...]
    not_shown: tuple[str, ...]
    alerts_a_day: float | None
    off: str | None

    @property
    def loud(self) -> bool:
        """Whether it would have raised more alerts than a quiet rule."""
        return self.alerts_a_day is not None and self.alerts_a_day > QUIET

    @property
    def because(self) -> str:
        """What stands against enabling it, in a few words; empty where nothing does."""
        return ", ".join(self._against())

    def _against(self) -> Iterator[str]:
        if self.loud:
            yield "too loud here"
        if self.contradicted:
            yield f"{' '.join(self.contradicted)} contradicted"
        elif self.not_shown:
            yield f"{' '.join(self.not_shown)} not shown"
        if self.alerts_a_day is None and self.level is not Level.INFORMATIONAL:
            yield "no day to count on"


def plan_rules(
    rules: RuleSet,
    answers: Mapping[str, Answer],
    alerts_a_day: Mapping[str, float],
    off: Mapping[str, str],
) -> tuple[RulePlan, ...]:
    """What to do with every rule that raises alerts, by name.

    ``alerts_a_day`` are the means over the log by rule, none at all where it covers no day.
    Enable: all that the rule rests on is upheld, and it would have been quiet. Trial: nothing is
    contradicted, and it would have been quiet. Wait: anything else, and what is ``off`` in the
    settings (a reason by rule) while not all of it is upheld. A correlation rests on what its rules
    rest on as well.
    """
    said = {id_: answer.support for id_, answer in answers.items()}
    return tuple(
        _plan(rule, _needed(rule, rules), said, alerts_a_day.get(rule.name), off.get(rule.name))
        for rule in rules.all_rules
        if isinstance(rule, Correlation) or not rule.silent
    )


def _needed(rule: Rule, rules: RuleSet) -> tuple[str, ...]:
    bases = rules.referenced(rule) if isinstance(rule, Correlation) else ()
    named = (one for each in (rule, *bases) for one in each.meta.assumptions)
    return tuple(dict.fromkeys(named))


def _plan(
    rule: Rule,
    needed: tuple[str, ...],
    said: Mapping[str, Support],
    alerts_a_day: float | None,
    off: str | None,
) -> RulePlan:
    contradicted = tuple(one for one in needed if said.get(one) is Support.CONTRADICTED)
    not_shown = tuple(
        one for one in needed if said.get(one) not in (Support.UPHELD, Support.CONTRADICTED)
    )
    level = rule.meta.level
    quiet = level is Level.INFORMATIONAL or (alerts_a_day is not None and alerts_a_day <= QUIET)
    if contradicted or not quiet or (off is not None and not_shown):
        advice = Advice.WAIT
    else:
        advice = Advice.TRIAL if not_shown else Advice.ENABLE
    return RulePlan(rule.name, level, advice, contradicted, not_shown, alerts_a_day, off)
