"""Evidence for correlations: the reference on histories that say how many alerts they raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from okta_access.catalog.model import Catalog
from okta_access.generate.choices import Choices
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.sample import draws, plainest
from okta_access.generate.stage import History
from okta_access.matching.history import find_alerts
from okta_access.prove.evidence import MOST_FAILURES, Check, Failure, check_of
from okta_access.rules.fixtures import Case
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.satisfy import Undecided, Unsatisfiable

NAME = "histories"


def fixture_alerts(
    correlation: Correlation, bases: Sequence[EventRule], catalog: Catalog
) -> Callable[[Case], int]:
    """How many alerts a correlation raises on the history of a case."""
    return lambda case: len(find_alerts(correlation, bases, case.events, catalog))


def check_histories(
    correlation: Correlation,
    bases: Sequence[EventRule],
    catalog: Catalog,
    seed: int,
    examples: int,
) -> tuple[Check, ...]:
    """Whether the reference raises in each history as many alerts as it was built to raise.

    Half as many histories as ``examples``, shared out among the kinds; a check for each kind.
    """
    try:
        maker = HistoryMaker(correlation, bases, catalog)
    except (Unsatisfiable, Undecided) as error:
        return (check_of(NAME, 0, [Failure(str(error))]),)
    share = max(3, examples // (2 * len(maker.kinds)))
    return tuple(
        _check_kind(maker, kind, correlation, bases, catalog, seed, share) for kind in maker.kinds
    )


def _check_kind(
    maker: HistoryMaker,
    kind: str,
    correlation: Correlation,
    bases: Sequence[EventRule],
    catalog: Catalog,
    seed: int,
    count: int,
) -> Check:
    def made(data: bytes) -> History:
        return maker.make_kind(kind, Choices(data))

    def found(history: History) -> int:
        return len(find_alerts(correlation, bases, history.events, catalog))

    failures: list[Failure] = []
    for data in islice(draws(f"{seed} {correlation.name} {kind}", BYTES), count):
        history = made(data)
        if found(history) == history.alerts:
            continue
        if len(failures) < MOST_FAILURES:
            history = made(plainest(data, lambda d: found(made(d)) != made(d).alerts))
        message = f"expected {history.alerts} alerts, found {found(history)}"
        failures.append(Failure(message, history.events))
    return check_of(f"{NAME}: {kind}", count, failures)
