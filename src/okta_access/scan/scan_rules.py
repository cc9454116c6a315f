"""What a scan judges by: the rules that alert, and those that correlations refer to."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.catalog.model import Catalog
from okta_access.matching.correlations.bases import Referred
from okta_access.matching.events.generated import Reader
from okta_access.matching.events.matcher import Hits, Matcher
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Level, fields_read
from okta_access.scan.context import CONTEXT_PATHS

Kept = tuple[int, Reader]
"""The rules that hold, as bits; what reads the fields that are kept."""


class ScanRules:
    """The rules of at least ``level``; no event changes them.

    ``alerting`` are the event rules that raise alerts, ``correlations`` come each with the event
    rules it refers to, and ``matcher`` judges by both kinds of event rules. ``types`` are the event
    types that the catalogue or a rule names; None where a rule is about any type.
    """

    def __init__(self, rules: RuleSet, catalog: Catalog, level: Level) -> None:
        self.catalog = catalog
        self.correlations = tuple(
            (one, rules.referenced(one))
            for one in rules.correlations
            if one.meta.level.rank >= level.rank
        )
        self.alerting = tuple(
            rule for rule in rules.rules if not rule.silent and rule.meta.level.rank >= level.rank
        )
        self._numbers = {id(rule): number for number, rule in enumerate(self.alerting)}
        self._referred = Referred(self.correlations, CONTEXT_PATHS)
        bases = {id(rule): rule for _, referred in self.correlations for rule in referred}
        silent = (rule for key, rule in bases.items() if key not in self._numbers)
        self.matcher = Matcher([*self.alerting, *silent], catalog, self._referred.paths)
        self.types = _types(self.matcher, catalog)
        self.named = self.types if self.types is not None else frozenset(catalog.events)
        self._kept: dict[Hits, Kept | None] = {}
        self._readers: dict[frozenset[str], Reader | None] = {}

    def numbers(self, matched: Iterable[EventRule]) -> list[int]:
        """Which of these rules alert, by their numbers in ``alerting``."""
        return [self._numbers[id(rule)] for rule in matched if id(rule) in self._numbers]

    def only_kept(self, hits: Hits) -> Kept | None:
        """What is kept for correlations of an event for which these rules hold.

        None where a rule raises an alert, or where no record can carry the fields: then that is not
        all there is to do.
        """
        try:
            return self._kept[hits]
        except KeyError:
            kept = self._kept[hits] = None if self.numbers(hits.rules) else self._kept_of(hits)
            return kept

    def _kept_of(self, hits: Hits) -> Kept | None:
        bits = self._referred.rules_of(hits.rules)
        needed = self._referred.needed(bits)
        if needed not in self._readers:
            self._readers[needed] = self.matcher.reader(self._referred.paths, needed)
        reader = self._readers[needed]
        return None if reader is None else (bits, reader)

    def readers_of_fields(self) -> dict[str, tuple[str, ...]]:
        """The fields that the rules read, each with the names of the rules that raise alerts."""
        found: dict[str, dict[str, None]] = {}
        for rule in self.alerting:
            for path in fields_read(rule.expr):
                found.setdefault(path, {})[rule.name] = None
        for correlation, bases in self.correlations:
            inside = (path for base in bases for path in fields_read(base.expr))
            for path in (*correlation.fields, *inside):
                found.setdefault(path, {})[correlation.name] = None
        return {path: tuple(found[path]) for path in sorted(found)}


def _types(matcher: Matcher, catalog: Catalog) -> frozenset[str] | None:
    return None if matcher.types is None else matcher.types.union(catalog.events)
