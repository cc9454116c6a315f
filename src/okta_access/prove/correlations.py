"""Evidence for correlations: the reference on histories that say how many alerts they raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from okta_access.catalog.model import Catalog
from okta_access.generate.choices import Choices
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.generate.sample import draws, plainest
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.evidence import MOST_FAILURES, Check, Failure
from okta_access.rules.fixtures import Case
from okta_access.rules.model import Correlation, EventRule

NAME = "histories"


@dataclass(frozen=True, slots=True)
class MadeHistory:
    """A history and the bytes it was made from."""

    data: bytes
    history: History


def fixture_alerts(
    correlation: Correlation, bases: Sequence[EventRule], catalog: Catalog
) -> Callable[[Case], int]:
    """How many alerts a correlation raises on the history of a case."""
    return lambda case: len(find_alerts(correlation, bases, case.events, catalog))


def make_histories(maker: HistoryMaker, name: str, seed: int, examples: int) -> list[MadeHistory]:
    """Half as many histories as ``examples``, shared out among the kinds."""
    share = max(4, examples // (2 * len(maker.kinds)))
    return [
        MadeHistory(data, maker.make_kind(kind, Choices(data)))
        for kind in maker.kinds
        for data in islice(draws(f"{seed} {name} {kind}", BYTES), share)
    ]


def check_histories(
    maker: HistoryMaker,
    drawn: Sequence[MadeHistory],
    correlation: Correlation,
    bases: Sequence[EventRule],
    catalog: Catalog,
) -> tuple[Check, ...]:
    """Whether the reference raises in each history as many alerts as it was built to raise."""

    def found(history: History) -> int:
        return len(find_alerts(correlation, bases, history.events, catalog))

    checks = []
    for kind in maker.kinds:
        of_kind = [one for one in drawn if one.history.kind == kind]
        wrong = [one for one in of_kind if found(one.history) != one.history.alerts]
        failures = [_failure(maker, one, found) for one in wrong[:MOST_FAILURES]]
        checks.append(Check(f"{NAME}: {kind}", len(of_kind), tuple(failures), len(wrong)))
    return tuple(checks)


def _failure(maker: HistoryMaker, drawn: MadeHistory, found: Callable[[History], int]) -> Failure:
    """The failure, told on the plainest history of its kind that fails as well."""

    def made(data: bytes) -> History:
        return maker.make_kind(drawn.history.kind, Choices(data))

    def fails(data: bytes) -> bool:
        history = made(data)
        return found(history) != history.alerts

    history = made(plainest(drawn.data, fails))
    return Failure(f"expected {history.alerts} alerts, found {found(history)}", history.events)
