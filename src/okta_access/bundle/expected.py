"""How loud a packaged rule is expected to be: its figures from the made-up company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from okta_access.company.loudness import loudness
from okta_access.compile.identity import is_packaged
from okta_access.rules.model import Metadata


@dataclass(frozen=True, slots=True)
class Weekly:
    """Alerts a week: over all months of a world, and in its loudest month."""

    mean: float
    loudest: float


def expected(meta: Metadata) -> Mapping[str, Weekly] | None:
    """By world, without those in which the rule never alerted; None where nobody has counted.

    The figures are of the rule as shipped: whoever changes its threshold changes them. Of a rule
    that found something else when it was counted there are none.
    """
    found = loudness()
    if not is_packaged(meta) or found.versions.get(meta.name) != meta.version:
        return None
    return {
        world: Weekly(found.mean(meta.name, world), found.worst(meta.name, world))
        for world in found.alerts[meta.name]
    }
