"""The generated matcher, which scanning uses, asked like any other oracle."""

from __future__ import annotations

from collections.abc import Sequence

from okta_access import __version__
from okta_access.catalog.model import UUID, Catalog
from okta_access.matching.events.matcher import Matcher
from okta_access.prove.evidence import Event
from okta_access.prove.oracles.base import Verdicts
from okta_access.rules.model import EventRule


class MatcherOracle:
    """Judges with the matcher generated from one rule alone."""

    name = "matcher"
    version = __version__

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def verdicts(self, rule: EventRule, events: Sequence[Event]) -> Verdicts:
        """Which of these events match the rule."""
        matcher = Matcher([rule], self.catalog)
        return Verdicts(
            frozenset(str(event[UUID]) for event in events if matcher.evaluate(event).matched)
        )
