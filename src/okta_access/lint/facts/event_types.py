"""Every value that a rule compares with an event's type, and how it fits the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.errors import Span
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import accepts, shown
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex


class Fit(Enum):
    """Whether any catalogued type passes."""

    SOME = auto()
    OTHER_CASE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class EventTypeUse:
    """One value compared with `eventType`; ``literal`` is False for patterns."""

    shown: str
    literal: bool
    span: Span
    fit: Fit


def event_type_uses(run: Run) -> tuple[EventTypeUse, ...]:
    """All texts, patterns and regular expressions that rules compare with `eventType`."""
    return tuple(
        EventTypeUse(shown(test), _literal(test), placed.atom.span, _fit(test, run.catalog))
        for placed in run.once(placed_atoms)
        if placed.atom.field == EVENT_TYPE
        and isinstance(test := placed.atom.test, (Pattern, Regex))
    )


def _literal(test: Pattern | Regex) -> bool:
    return isinstance(test, Pattern) and test.literal is not None


def _fit(test: Pattern | Regex, catalog: Catalog) -> Fit:
    if any(accepts(test, name) for name in catalog.events):
        return Fit.SOME
    if isinstance(test, Pattern):
        loose = Pattern(test.parts)
        if any(accepts(loose, name) for name in catalog.events):
            return Fit.OTHER_CASE
    return Fit.NONE
