"""The ledger of assumptions put to a log: which hold there, and by which figures."""

from __future__ import annotations

from dataclasses import dataclass, field

from okta_access.assumptions.bars import Answer
from okta_access.assumptions.events import clients_of_user, read_event
from okta_access.assumptions.model import Figure, SignInFigure
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.catalog.template import Event


def _figures() -> dict[str, Figure]:
    return {id_: one.figure() for id_, one in assumptions().items()}


@dataclass(slots=True)
class LogCount:
    """All figures over a log, one event after another.

    ``events`` are those of the catalogue's types, and ``types`` which of these there were.
    """

    catalog: Catalog
    events: int = 0
    types: set[str] = field(default_factory=set)
    _figures: dict[str, Figure] = field(default_factory=_figures)
    _of_sign_ins: list[SignInFigure] = field(init=False)

    def __post_init__(self) -> None:
        self._of_sign_ins = [f for f in self._figures.values() if isinstance(f, SignInFigure)]

    def add(self, event: Event) -> None:
        """Count one event. Types outside the catalogue only tell where people sign in from."""
        if event.get(EVENT_TYPE) not in self.catalog.events:
            for actor, client in clients_of_user(event, self.catalog):
                for listening in self._of_sign_ins:
                    listening.add_sign_in(actor, client)
            return
        self.events += 1
        read = read_event(event, self.catalog)
        self.types.add(read.type)
        for figure in self._figures.values():
            figure.add(read)

    def answers(self) -> dict[str, Answer]:
        """What the log says of each assumption, by id, in the ledger's order."""
        return {id_: figure.answer() for id_, figure in self._figures.items()}
