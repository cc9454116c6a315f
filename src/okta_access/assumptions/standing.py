"""Which rules a log can carry: each rule by what the log says of the assumptions it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from okta_access.assumptions.bars import Answer, Support
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, Level, Rule


class Standing(StrEnum):
    """Whether a rule is safe to enable."""

    SAFE = "safe"
    OPEN = "open"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """A rule, its standing, and the assumptions that keep it from being safe."""

    rule: str
    level: Level
    standing: Standing
    because: tuple[str, ...]


def standings(rules: RuleSet, answers: Mapping[str, Answer]) -> tuple[RuleStanding, ...]:
    """Every rule that raises alerts, by name.

    Safe: all assumptions it names are upheld, or it names none. Unsafe: one is contradicted. A
    correlation rests on what its rules rest on as well.
    """
    said = {id_: answer.support for id_, answer in answers.items()}
    return tuple(
        _standing(rule, _needed(rule, rules), said)
        for rule in rules.all_rules
        if isinstance(rule, Correlation) or not rule.silent
    )


def _needed(rule: Rule, rules: RuleSet) -> tuple[str, ...]:
    bases = rules.referenced(rule) if isinstance(rule, Correlation) else ()
    named = (one for each in (rule, *bases) for one in each.meta.assumptions)
    return tuple(dict.fromkeys(named))


def _standing(rule: Rule, needed: tuple[str, ...], said: dict[str, Support]) -> RuleStanding:
    against = tuple(one for one in needed if said.get(one) is Support.CONTRADICTED)
    unseen = tuple(one for one in needed if said.get(one) is not Support.UPHELD)
    if against:
        return RuleStanding(rule.name, rule.meta.level, Standing.UNSAFE, against)
    standing = Standing.OPEN if unseen else Standing.SAFE
    return RuleStanding(rule.name, rule.meta.level, standing, unseen)
