"""Whether an oracle and the reference agree on the groups in which a correlation fires."""

from __future__ import annotations

from collections.abc import Sequence

from okta_access.catalog.model import UUID, Catalog
from okta_access.errors import EngineError
from okta_access.generate.choices import Choices
from okta_access.generate.history import HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.prove.correlations import MadeHistory
from okta_access.prove.evidence import MOST_FAILURES, Check, Event, Failure, check_of, skipped
from okta_access.prove.oracles.base import Groups, HistoryOracle, NotApplicable, Oracle
from okta_access.prove.shrink import HISTORY_SIZES, plainer
from okta_access.rules.model import Correlation, EventRule


def check_history_oracle(
    oracle: Oracle,
    rule: Correlation,
    bases: Sequence[EventRule],
    maker: HistoryMaker,
    drawn: Sequence[MadeHistory],
    catalog: Catalog,
) -> Check:
    """Whether an oracle finds, in each history, the groups in which the reference fires.

    How often it fires there is not compared: that is a matter of schedules. The first difference
    is told on a plainer history.
    """
    if not isinstance(oracle, HistoryOracle):
        return skipped(oracle.name, "not asked: it judges single events only")
    panel = _Panel(oracle, rule, bases, catalog)
    try:
        answer = panel.answers([one.history for one in drawn])
        if isinstance(answer, NotApplicable):
            return skipped(oracle.name, str(answer))
        judged = [one for one, said in zip(drawn, answer, strict=True) if said is not None]
        if not judged:
            return skipped(oracle.name, f"not asked: all {len(drawn)} histories are left out")
        different = [
            (one, said)
            for one, said in zip(drawn, answer, strict=True)
            if said is not None and said != panel.expected(one.history)
        ]
        failures = [panel.failure(one.history, said) for one, said in different[:MOST_FAILURES]]
        if different:
            failures[0] = panel.plainest(different[0][0], maker) or failures[0]
    except EngineError as error:
        return check_of(oracle.name, len(drawn), [Failure(f"{oracle.name}: {error}")])
    left_out = len(drawn) - len(judged)
    note = f"{left_out} left out" if left_out else None
    return Check(oracle.name, len(judged), tuple(failures), len(different), note)


class _Panel:
    """An oracle beside the reference, both asked about the histories of one correlation."""

    def __init__(
        self,
        oracle: HistoryOracle,
        rule: Correlation,
        bases: Sequence[EventRule],
        catalog: Catalog,
    ) -> None:
        self.oracle = oracle
        self.rule = rule
        self.bases = bases
        self.catalog = catalog

    def answers(self, histories: Sequence[History]) -> Sequence[Groups | None] | NotApplicable:
        """What the oracle says of each."""
        return self.oracle.groups(
            self.rule, [_own_uuids(number, one) for number, one in enumerate(histories)]
        )

    def expected(self, history: History) -> Groups:
        """What the reference says."""
        alerts = find_alerts(self.rule, self.bases, history.events, self.catalog)
        return frozenset(tuple(text for _, text in alert.group) for alert in alerts)

    def failure(self, history: History, said: Groups) -> Failure:
        """The difference in words: the groups that one side alone names."""
        expected = self.expected(history)
        parts = []
        if expected - said:
            parts.append(f"misses {self._shown(expected - said)}")
        if said - expected:
            parts.append(f"fires for {self._shown(said - expected)}, which does not")
        message = f"{self.oracle.name} {' and '.join(parts)}, in a history of: {history.kind}"
        return Failure(message, history.events)

    def plainest(self, drawn: MadeHistory, maker: HistoryMaker) -> Failure | None:
        """The difference on a plainer history of the same kind; None where it is gone."""

        def made(data: bytes) -> History:
            return maker.make_kind(drawn.history.kind, Choices(data))

        def differs(candidates: Sequence[bytes]) -> list[bool]:
            histories = [made(data) for data in candidates]
            answer = self.answers(histories)
            if isinstance(answer, NotApplicable):
                return [False for _ in histories]
            return [
                said is not None and said != self.expected(history)
                for history, said in zip(histories, answer, strict=True)
            ]

        history = made(plainer(drawn.data, differs, HISTORY_SIZES))
        answer = self.answers([history])
        said = None if isinstance(answer, NotApplicable) else answer[0]
        return self.failure(history, said) if said not in (None, self.expected(history)) else None

    def _shown(self, groups: Groups) -> str:
        return " and ".join(
            ", ".join(
                f"{path}={text!r}" for path, text in zip(self.rule.group_by, group, strict=True)
            )
            or "the one group there is"
            for group in sorted(groups)
        )


def _own_uuids(number: int, history: History) -> tuple[Event, ...]:
    """The events with uuids that no other history has; copies stay copies."""
    new: dict[str, str] = {}
    for event in history.events:
        new.setdefault(str(event[UUID]), f"{number:08x}-0000-4000-8000-{len(new):012x}")
    return tuple({**event, UUID: new[str(event[UUID])]} for event in history.events)
