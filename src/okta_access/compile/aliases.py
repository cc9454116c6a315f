"""Which events hold an aliased group key where, as far as their event types tell.

A query gives each event one value of a group key. An event that matches two rules would have two,
where these read the key from different fields; so the event types have to tell which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.solver.event_types import event_types


@dataclass(frozen=True, slots=True)
class AliasPlace:
    """Where events of these types hold an aliased key; of any type, where there are no types."""

    path: str
    types: tuple[str, ...]


def alias_places(
    rule: Correlation, bases: tuple[EventRule, ...]
) -> dict[str, tuple[AliasPlace, ...]]:
    """The places of each aliased group key, by its name in ``group-by``.

    Raises :class:`Refused` where event types do not tell the places apart.
    """
    names = {alias.name: alias for alias in rule.aliases}
    return {
        name: _places([names[name].of(one) for one in rule.references], bases)
        for name in rule.group_by
        if name in names
    }


def _places(paths: list[str], bases: tuple[EventRule, ...]) -> tuple[AliasPlace, ...]:
    if len({*paths}) == 1:
        return (AliasPlace(paths[0], ()),)
    types: dict[str, set[str]] = {}
    for path, base in zip(paths, bases, strict=True):
        of_base = event_types(base.expr)
        if of_base is None:
            raise Refused(
                f"`{base.name}` names no event types, by which the field of an alias goes"
            )
        types.setdefault(path, set()).update(of_base)
    for (path, mine), (other, others) in combinations(types.items(), 2):
        if mine & others:
            raise Refused(
                f"events of one type would be grouped by `{path}` and by `{other}`:"
                f" `{min(mine & others)}`"
            )
    return tuple(AliasPlace(path, tuple(sorted(of_path))) for path, of_path in types.items())
