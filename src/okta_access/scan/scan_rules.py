"""What a scan judges by: the rules that alert, and those that correlations refer to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from okta_access.catalog.model import Catalog
from okta_access.matching.correlations.bases import Referred
from okta_access.matching.events.matcher import Hits, Matcher
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Level, fields_read
from okta_access.scan.context import CONTEXT_PATHS

_READERS = 256  # that are known when they are asked for again; a scan has a dozen


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
        self.reader = lru_cache(_READERS)(self.matcher.reader)
        self.keeper = lru_cache(_READERS)(self.matcher.keeper)

    def numbers(self, matched: Iterable[EventRule]) -> list[int]:
        """Which of these rules alert, by their numbers in ``alerting``."""
        return [self._numbers[id(rule)] for rule in matched if id(rule) in self._numbers]

    def only_kept(self, hits: Hits) -> int:
        """The rules that hold, as bits for correlations; 0 where one of them raises an alert.

        To keep the event is then not all there is to do.
        """
        return 0 if self.numbers(hits.rules) else self._referred.rules_of(hits.rules)

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
