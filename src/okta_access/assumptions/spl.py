"""Pieces of the ledger's searches in SPL, in the names of one installation.

A value counts as there where a rule would say so: a JSON null that shows as the text "null" does
not. Logins (A10) are compared as they are written, the types of actors in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from okta_access.assumptions.signs import APPS, NO_SESSION, SYSTEM, USERS, planes_of
from okta_access.catalog.model import EVENT_TYPE, Catalog

NONE = "-"  # stands for what is not there where a value is needed to group by
END = r"\z"
NULL = rf"null{END}"  # a JSON null may show as this text
SplQuery = tuple[str, list[str]]
"""Search terms, and the commands that their events go through."""


class SplNames(Protocol):
    """What an installation of Splunk calls things; each refuses what it has no name for."""

    @property
    def catalog(self) -> Catalog:
        """The catalogue that the names are of."""

    def event(self, path: str) -> str:
        """The field's name in search terms."""

    def quoted(self, path: str) -> str:
        """The field's name in an expression."""

    def value(self, path: str) -> str:
        """A regular expression that finds whatever the field may hold."""

    def terms(self, types: Iterable[str]) -> str:
        """Search terms for events of these types."""


@dataclass(frozen=True, slots=True)
class Spl:
    """Pieces that several searches share, in the names of one installation."""

    names: SplNames

    def has(self, path: str, regex: str) -> str:
        """The condition that a value of the field matches."""
        return f'isnotnull(mvfind({self.names.quoted(path)}, "{regex}"))'

    def there(self, path: str) -> str:
        """The field's values, NULL where there is none."""
        return self.like(path, self.names.value(path))

    def like(self, path: str, regex: str) -> str:
        """The field's values that match, NULL where none does."""
        return f'mvfilter(match({self.names.quoted(path)}, "{regex}"))'

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
        return self.has("actor.type", f"(?i)^(?:{'|'.join(types)}){END}")

    def types(self, keep: Callable[[str], bool] = lambda _: True) -> list[str]:
        """The event types of the catalogue."""
        return sorted(filter(keep, self.names.catalog.events))

    def terms(self, types: Iterable[str]) -> str:
        """Search terms for events of these types."""
        return self.names.terms(types)

    def is_one_of(self, types: Iterable[str]) -> str:
        """The condition that an event is of one of these types."""
        known = ", ".join(f'"{name}"' for name in types)
        return f"in({self.names.quoted(EVENT_TYPE)}, {known})"

    @property
    def planes(self) -> dict[str, list[str]]:
        """The event types of each part of Okta."""
        return planes_of(self.names.catalog)

    @property
    def users(self) -> SplQuery:
        """Terms and commands for the events in which a user acts, each with its plane."""
        cases = {f'"{name}"': self.is_one_of(types) for name, types in self.planes.items()}
        return self.terms(self.types()), [f"where {self.by_user}", f"eval plane={chosen(cases)}"]

    @property
    def request(self) -> str:
        """The only target of an event; a mark where there is none, or are more."""
        ids = f"mvdedup({self.there('target.id')})"
        return f'ids={ids}, request=coalesce(if(mvcount(ids)=1, ids, null()), "{NONE}")'

    @property
    def session(self) -> str:
        """A regular expression that finds what is a session id, and no word for none."""
        absent = "|".join(sorted(filter(None, NO_SESSION)))
        return f"(?is)^(?!(?:null|{absent}){END})."


def chosen(cases: dict[str, str]) -> str:
    """The value whose condition holds; of the last one it is not asked."""
    *others, last = cases
    whole = last
    for value in reversed(others):
        whole = f"if({cases[value]}, {value}, {whole})"
    return whole


def flag(condition: str) -> str:
    """A column that is 1 where the condition holds."""
    return f"if({condition}, 1, 0)"


def evals(*settings: str) -> str:
    """An eval command, a line for each column."""
    return f"eval {f',{_BREAK}'.join(settings)}"


_BREAK = "\n    "  # layout inside a command; never inside quotes


def sums(*names: str, by: str = "") -> str:
    """The stats command that adds up columns; ``a:b`` gives the sum of a the name b.

    >>> sums("a", "b:c", by="d")
    'stats sum(a) AS a sum(b) AS c BY d'
    """
    pairs = (name.split(":") if ":" in name else (name, name) for name in names)
    totals = " ".join(f"sum({column}) AS {total}" for column, total in pairs)
    return f"stats {totals}{' BY ' + by if by else ''}"
