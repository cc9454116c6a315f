"""Alerts a day per rule: over past logs, or on a cluster; of two versions, what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from os import fspath

from okta_access.api.rulebook import AnyPath, RuleBook
from okta_access.api.scanning import refuse, refuse_missing, time_range
from okta_access.backtest.compare import Differences
from okta_access.backtest.expectations import Bound, bounds, expectation, judged
from okta_access.backtest.files import Replay
from okta_access.backtest.plan import Plan, comparison, plan, tables
from okta_access.backtest.report import Report
from okta_access.errors import InputError
from okta_access.logs.envelopes import Envelope
from okta_access.logs.reading import Reading
from okta_access.logs.rejects import Reject
from okta_access.rules.model import Level
from okta_access.scan.tally import TimeRange

CHANGES = 10
"""So many new, lost and moved alerts are kept per rule; all are counted."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """A backtest that is set up: which rules it runs, and to which bounds it holds them."""

    rules: RuleBook
    plan: Plan
    bounds: tuple[Bound, ...]
    differences: Differences | None
    against: str
    fail_on_change: bool

    def over(self, range_: TimeRange) -> Replay:
        """What reads the logs, once, for all versions."""
        selections = [version.selection for version in self.plan.versions]
        return Replay(selections, self.rules.catalog, range_, self.differences)

    def report(self, past: Replay) -> Report:
        """What the logs that were read come to."""
        counts = tables(self.plan, past.alerts, past.span.covered)
        compared = comparison(self.plan, counts, self.differences) if self.differences else None
        verdicts = [judged(one, counts[-1]) for one in self.bounds]
        if compared and self.fail_on_change:
            verdicts.append(compared.verdict)
        return Report(counts[-1], tuple(verdicts), compared, self.against)


def set_up(
    rules: RuleBook,
    *,
    names: Sequence[str] = (),
    level: Level | None = None,
    include_off: bool = False,
    expect: Sequence[str] = (),
    against: RuleBook | None = None,
    against_name: str = "",
    changes: int = CHANGES,
    fail_on_change: bool = False,
) -> Backtest:
    """A backtest of these rules; the arguments are those of :func:`backtest_files`."""
    asked = [expectation(one) for one in expect]
    lowest = level or (Level.INFORMATIONAL if names else Level.LOW)
    older = None if against is None else (against.loaded, against.tuned)
    made = plan((rules.loaded, rules.tuned), older, lowest, names, include_off=include_off)
    return Backtest(
        rules,
        made,
        bounds(asked, made.now),
        Differences(made.rules, changes) if made.compares else None,
        against_name,
        fail_on_change,
    )


def backtest_files(
    rules: RuleBook,
    *files: AnyPath,
    names: Sequence[str] = (),
    level: Level | None = None,
    include_off: bool = False,
    expect: Sequence[str] = (),
    against: RuleBook | None = None,
    changes: int = CHANGES,
    since: datetime | None = None,
    until: datetime | None = None,
    envelope: Envelope = Envelope.AUTO,
    on_reject: Callable[[Reject], None] = refuse,
    on_missing: Callable[[InputError], None] = refuse_missing,
) -> Report:
    """The alerts a day of each rule on these logs. Days are UTC days.

    Args:
        rules: the rules in force are run.
        files: logs, as for :func:`~okta_access.api.scanning.scan_files`, each read once.
        names: only the rules of these names, of any level.
        level: the lowest level to count; low, or with ``names`` all.
        include_off: also rules that are switched off; their rows say so.
        expect: bounds such as ``high=1/week``, told in :attr:`Report.verdicts`.
        against: an older version, whose alerts are compared with those of ``rules``.
        changes: so many new, lost and moved alerts are kept per rule; all are counted.
        since: only events from this time on.
        until: only events before this time.
        envelope: what events are wrapped in; anything else is no event then.
        on_reject: hears of each record that is no event; the rest is read.
        on_missing: hears of each file that cannot be read; the rest is read.

    >>> from okta_access.api.rulebook import load_rules
    >>> from okta_access.content import fixtures_dir
    >>> log = fixtures_dir() / "demo" / "week.jsonl"
    >>> report = backtest_files(load_rules(), log, expect=["high=0"])
    >>> len(report.counts.days), len(report.exceeded)
    (7, 1)

    Raises:
        InputError: a name stands for no rule, a bound cannot be read, the days are too many; or a
            record is no event, or a file cannot be read, and nobody wants to hear of it.
    """
    made = set_up(
        rules,
        names=names,
        level=level,
        include_off=include_off,
        expect=expect,
        against=against,
        changes=changes,
    )
    past = made.over(time_range(since, until))
    names = tuple(fspath(file) for file in files)
    past.read(names, on_reject, on_missing, reading=Reading(envelope, rules.catalog))
    return made.report(past)
