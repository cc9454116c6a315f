"""What the settings say of single rules, with places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.errors import Span
from okta_access.lint.run import Run
from okta_access.rules.settings.files import SettingsFile
from okta_access.rules.settings.places import Places


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """The table of one rule in one file."""

    name: str
    keys: tuple[str, ...]
    places: Places

    def key(self, key: str | None = None) -> Span:
        """Where the table's name is written, or a key in it."""
        return self.places.key(("rules", self.name, *(() if key is None else (key,))))


def rule_settings(run: Run) -> tuple[RuleSetting, ...]:
    """What the settings say of each rule, file by file."""
    return run.once(_rule_settings)


def _rule_settings(run: Run) -> tuple[RuleSetting, ...]:
    return tuple(one for file in run.settings for one in _of(file))


def _of(file: SettingsFile) -> Iterator[RuleSetting]:
    tables = file.raw.get("rules")
    if not isinstance(tables, dict) or not tables:
        return
    places = file.places()
    for name, table in tables.items():
        yield RuleSetting(name, tuple(table) if isinstance(table, dict) else (), places)
