"""Fields that rules read and that no judged event has held: without them rules are silent."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.scan.scan_rules import ScanRules


class UnseenFields:
    """The fields that no event has held so far, of those whose absence can be told."""

    def __init__(self, rules: ScanRules) -> None:
        self._catalog = rules.catalog
        self._matcher = rules.matcher
        self._rules_of = rules.readers_of_fields()
        self.paths = tuple(path for path in self._rules_of if self._matcher.carries(path))
        self._read = self._matcher.reader(self.paths)

    def see_record(self, record: msgspec.Struct) -> None:
        """An event's text has been read into this record."""
        assert self._read is not None
        found = self._read(record)
        if any(found):
            self.see(path for path, held in zip(self.paths, found, strict=True) if held)

    def see_event(self, event: Event) -> None:
        """An event has been decoded."""
        self.see(path for path in self.paths if texts(event, path, self._catalog))

    def see(self, held: Iterable[str]) -> None:
        """An event has held these fields."""
        seen = {*held}
        if seen:
            self.paths = tuple(path for path in self.paths if path not in seen)
            self._read = self._matcher.reader(self.paths)

    def with_rules(self) -> dict[str, tuple[str, ...]]:
        """The fields, each with the names of the rules that read it."""
        return {path: self._rules_of[path] for path in self.paths}
