"""What is shipped, what is on a SIEM, and what every SIEM can be asked to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Values = Mapping[str, Any]
"""Fields by name, as JSON has them; None and an absent one are the same."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A thing as we ship it.

    ``key`` is what the SIEM knows it by, ``name`` what people do. ``fields`` are those that must
    be so; ``body`` is all that a new one is made of. An ``optional`` thing is kept up to date
    where it is there, and not added where it is not.
    """

    key: str
    name: str
    fields: Values
    body: Values = field(compare=False)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class There:
    """A thing as it is on the SIEM.

    ``stamp`` changes whenever somebody changes it, where the SIEM keeps one; ``obstacle`` says
    why it is not ours to change. ``raw`` is the SIEM's whole answer.
    """

    key: str
    name: str
    fields: Values
    enabled: bool
    stamp: str = ""
    obstacle: str | None = None
    removable: bool = True
    raw: Values = field(default_factory=dict, compare=False, repr=False)


class Siem(Protocol):
    """Where rules are brought.

    Every method may raise :class:`~okta_access.deploy.errors.SiemError`.
    """

    @property
    def place(self) -> str:
        """The address, without secrets."""

    def find(self, shipped: Sequence[Shipped]) -> dict[str, There]:
        """By key: those of the shipped things that are there, and what was shipped once."""

    def read(self, key: str) -> There | None:
        """One thing as it is now."""

    def obstacle(self, shipped: Shipped, there: There) -> str | None:
        """Why the one cannot be made the other; None where it can."""

    def create(self, shipped: Shipped) -> There:
        """Make it, switched off."""

    def update(self, shipped: Shipped, there: There, names: Sequence[str]) -> There:
        """Change these fields and no others."""

    def disable(self, there: There) -> There:
        """Switch it off."""

    def delete(self, there: There) -> None:
        """Take it away."""
