"""Sigma filters: what is known to be harmless on one tenant, taken off several rules at once.

A filter (Sigma 2.1, Filters) names rules and a condition of its own; each of those rules then means
itself AND that condition, which is usually ``not selection``. It reaches event rules, and through
them the correlations that refer to them. The shipped ones ask for lists that the user's settings
fill, and mean nothing until then.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from okta_access.rules.model import And, EventRule, Expr, Reference, Selection, Written


class Filter(Written, frozen=True):
    """A filter: ``rules`` it narrows, by name or id (None: every event rule), and what is left.

    ``expr`` is what an event must satisfy besides the rule itself.
    """

    no_meaning = ("file",)

    name: str
    id: str
    title: str
    description: str
    rules: tuple[Reference, ...] | None
    expr: Expr
    file: str

    def names(self, rule: EventRule) -> bool:
        """Whether this filter narrows that rule."""
        if self.rules is None:
            return True
        return any(reference.rule in (rule.name, rule.meta.id) for reference in self.rules)


def narrowed(rule: EventRule, filters: Iterable[Filter]) -> EventRule:
    """The rule AND the condition of each filter that names it.

    The filter's name stands in the rule's condition as a selection of its own, for those who
    explain a match.
    """
    for one in filters:
        if one.names(rule):
            rule = replace(
                rule,
                expr=And((rule.expr, one.expr), rule.expr.span),
                selections=(*rule.selections, Selection(one.name, one.expr, one.expr.span)),
                condition=f"({rule.condition}) and {one.name}",
            )
    return rule
