"""Alerts a day on an Elasticsearch cluster, counted by the compiled queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from okta_access.api.backtesting import Backtest, set_up
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import RuleBook
from okta_access.api.scanning import time_range
from okta_access.backtest.days import day_of, days_between, tabulated
from okta_access.backtest.expectations import Bound, ExpectationResult, judged
from okta_access.backtest.on_cluster.asked import asked_range, with_indices
from okta_access.backtest.on_cluster.counts import ClusterCounts, LeftOut, count_on_cluster
from okta_access.backtest.on_cluster.days import Period
from okta_access.backtest.report import Report
from okta_access.cluster.client import Cluster
from okta_access.compile.model import Job
from okta_access.rules.model import Level
from okta_access.scan.tally import TimeRange


@dataclass(frozen=True, slots=True)
class Question:
    """What a cluster is asked: which rules, over which time (microseconds since 1970)."""

    backtest: Backtest
    job: Job
    since: int
    until: int

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day asked about."""
        first, last = day_of(self.since), day_of(self.until - 1)
        assert first is not None
        assert last is not None
        return first, last

    def ask(
        self, cluster: Cluster, on_rule: Callable[[str], None] = lambda _: None
    ) -> ClusterCounts:
        """The counts; ``on_rule`` hears the name of each rule before it is counted."""
        level = self.backtest.plan.now.selection.level
        period = Period(-(-self.since // 1000), -(-self.until // 1000))
        return count_on_cluster(cluster, self.job, level, period, on_rule)

    def report(self, found: ClusterCounts) -> Report:
        """What the counts come to; rules that could not be counted have no row."""
        chosen = self.backtest.plan.now.selection
        counts = tabulated(found.alerts, found.rules, self.days, level=chosen.level, off=chosen.off)
        verdicts = [
            _not_counted(one, found.left_out) or judged(one, counts) for one in self.backtest.bounds
        ]
        return Report(counts, tuple(verdicts))


def question(backtest: Backtest, range_: TimeRange, indices: Sequence[str] = ()) -> Question:
    """The question; ``indices`` stand in place of the settings'.

    Raises :class:`InputError` for a range without time in it, or with too many days, and for
    what names no index.
    """
    since, until = asked_range(range_, datetime.now(UTC))
    job = job_of(backtest.rules)
    made = Question(
        backtest,
        replace(
            job,
            rules=backtest.plan.now.selection.rules,
            settings=with_indices(job.settings, indices),
        ),
        since,
        until,
    )
    days_between(made.days)
    return made


def backtest_cluster(
    rules: RuleBook,
    cluster: Cluster,
    *,
    indices: Sequence[str] = (),
    names: Sequence[str] = (),
    level: Level | None = None,
    include_off: bool = False,
    expect: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[Report, tuple[LeftOut, ...]]:
    """The alerts a day of each rule on a cluster; and the rules not counted, with the reasons.

    ``cluster`` is an open one: ``Cluster(Access("https://host:9200", api_key))``, a context
    manager; ``indices`` stand in place of the settings'. Without a time it is the last 30 whole
    days. The other arguments are those of :func:`~okta_access.api.backtesting.backtest_files`.

    Raises:
        InputError: a name stands for no rule, a bound cannot be read, no index is there.
        EngineError: the cluster cannot be used.
    """
    made = set_up(rules, names=names, level=level, include_off=include_off, expect=expect)
    asked = question(made, time_range(since, until), indices)
    found = asked.ask(cluster)
    return asked.report(found), found.left_out


def _not_counted(bound: Bound, left_out: Sequence[LeftOut]) -> ExpectationResult | None:
    """That a bound does not hold because a rule of it was not counted; None where all were."""
    names = sorted(one.rule for one in left_out if one.rule in bound.rules)
    if not names:
        return None
    return ExpectationResult(
        str(bound), f"not counted: {', '.join(names)}", met=False, each=bound.each
    )
