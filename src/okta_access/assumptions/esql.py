"""Pieces of the ledger's queries in ES|QL, in the columns of one installation.

Asked of columns and not of the index, for the figures count values. A field with several values
where Okta documents one counts as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from okta_access.assumptions.signs import APPS, NO_SESSION, SYSTEM, USERS, planes_of
from okta_access.catalog.model import Catalog


class EsqlNames(Protocol):
    """What an installation of Elastic calls things; each refuses what has no column."""

    @property
    def catalog(self) -> Catalog:
        """The catalogue that the columns are of."""

    def column(self, path: str) -> str:
        """The column of a field."""

    def has_type(self, types: list[str]) -> str:
        """The condition that an event is of one of these types."""


@dataclass(frozen=True, slots=True)
class Esql:
    """Conditions and commands that several queries share."""

    names: EsqlNames

    def column(self, path: str) -> str:
        """The column of a field. Raises :class:`~okta_access.errors.Refused` without one."""
        return self.names.column(path)

    def lower(self, path: str) -> str:
        """A column's value in lower case."""
        return f"TO_LOWER({self.column(path)})"

    def types(self, keep: Callable[[str], bool] = lambda _: True) -> str:
        """The condition that an event is of one of the catalogue's types."""
        return self.is_one_of(sorted(filter(keep, self.names.catalog.events)))

    def is_one_of(self, types: list[str]) -> str:
        """The condition that an event is of one of these types."""
        return self.names.has_type(types)

    @property
    def by_user(self) -> str:
        """The condition that a user acts."""
        return self._kind(USERS)

    @property
    def by_app(self) -> str:
        """The condition that an app acts."""
        return self._kind(APPS)

    @property
    def by_system(self) -> str:
        """The condition that Okta's own system acts."""
        return self._kind(SYSTEM)

    def _kind(self, types: tuple[str, ...]) -> str:
        return f"{self.lower('actor.type')} IN ({listed(types)})"

    @property
    def planes(self) -> list[str]:
        """The parts of Okta that the catalogue has events of."""
        return [*planes_of(self.names.catalog)]

    def plane(self, otherwise: str | None = None) -> str:
        """The command for a column with the part of Okta that logged the event."""
        planes = planes_of(self.names.catalog)
        cases = [f'{self.is_one_of(sorted(types))}, "{name}"' for name, types in planes.items()]
        if otherwise is not None:
            cases.append(f'"{otherwise}"')
        return f"EVAL plane = CASE({', '.join(cases)})"

    @property
    def users(self) -> str:
        """The condition that a user acts in an event of the catalogue."""
        return f"{self.types()} AND {self.by_user}"

    @property
    def request(self) -> str:
        """The command for a column with the only target of an event, empty where there are more."""
        target = self.column("target.id")
        return f'EVAL request = CASE(MV_COUNT(MV_DEDUPE({target})) == 1, MV_MIN({target}), "")'

    @property
    def in_session(self) -> str:
        """The condition that an event has a session id, and no word for none."""
        session = self.lower("authenticationContext.externalSessionId")
        return f"NOT {session} IN ({listed(sorted(NO_SESSION))})"


def listed(values: Iterable[str]) -> str:
    """Plain words as strings with commas between."""
    return ", ".join(f'"{value}"' for value in values)


def stats(*columns: str, by: Iterable[str] = ()) -> str:
    """A STATS command, a line for each column."""
    groups = f"\n    BY {', '.join(by)}" if by else ""
    return "STATS " + ",\n    ".join(columns) + groups
