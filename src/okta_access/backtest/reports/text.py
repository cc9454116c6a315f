"""For people: a table with the shape of each rule's alerts, then what differs and what is expected.

Each line of the table begins with its level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okta_access.backtest.compare import Compared, Comparison
from okta_access.backtest.expectations import ExpectationResult
from okta_access.backtest.report import (
    Line,
    Report,
    daily,
    number,
    period,
    table,
    undated,
)
from okta_access.backtest.sparkline import binned, days_a_mark, sparkline
from okta_access.reporting.printable import printable
from okta_access.scan.alerts import Alert

_HEADS = ("level", "rule", "alerts", "a day", "busiest day", "")
_FEWEST_MARKS = 10
_MOST_PLACES = 3


def lines(report: Report, *, columns: int, ascii_only: bool) -> Iterator[str]:
    """The report line by line, the table within ``columns`` where names leave room for it."""
    yield period(report.counts)
    rows = [_HEADS, *(_cells(report, line) for line in table(report))]
    widths = [max(len(row[index]) for row in rows) for index in range(len(_HEADS))]
    room = max(_FEWEST_MARKS, columns - sum(widths) - 2 * len(widths))
    width = days_a_mark(len(report.counts.days), room)
    yield _joined(_HEADS, widths)
    for line, cells in zip(table(report), rows[1:], strict=True):
        bins = binned(line.per_day, width)
        shape = sparkline(bins, ascii_only=ascii_only) if any(bins) else ""
        yield f"{_joined(cells, widths)}  {shape}".rstrip()
    if width > 1:
        yield f"A mark stands for the busiest of {width} days."
    if loose := undated(report.counts.rows):
        yield f"{number(loose)} of the alerts have no readable time: they belong to no day."
    if report.comparison is not None:
        yield ""
        yield from _comparison(report.comparison, report.against)
    if report.verdicts:
        yield ""
        yield from _expectations(report.verdicts)


def _expectations(verdicts: Sequence[ExpectationResult]) -> Iterator[str]:
    """What is exceeded and what was named, a line each; of the rest how many rules it is."""
    for verdict in verdicts:
        if not (verdict.met and verdict.each):
            yield f"{'ok' if verdict.met else 'FAILED':<6}  {printable(str(verdict))}"
    if rest := sum(verdict.met and verdict.each for verdict in verdicts):
        yield f"{'ok':<6}  each: {number(rest)} {'rule keeps' if rest == 1 else 'rules keep'} to it"


def _cells(report: Report, line: Line) -> tuple[str, ...]:
    busiest = report.counts.busiest(line.per_day)
    return (
        line.level.value,
        printable(line.name) + (" (off)" if line.off else ""),
        number(line.total),
        daily(report.counts.mean(line.total)),
        busiest[0].isoformat() if busiest else "",
        number(busiest[1]) if busiest else "",
    )


def _joined(cells: tuple[str, ...], widths: list[int]) -> str:
    level, rule, total, mean, day, most = (
        f"{cell:<{width}}" if index in (0, 1, 4) else f"{cell:>{width}}"
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"{level}  {rule}  {total}  {mean}  {day}  {most}".rstrip()


def _comparison(comparison: Comparison, against: str) -> Iterator[str]:
    told = [one for one in comparison.rules if one.change.count or one.note]
    differ = len(comparison.differing)
    of = "1 rule" if differ == 1 else f"{number(differ)} rules"
    rest = number(len(comparison.rules) - differ)
    yield f"compared with {printable(against)}: alerts of {of} differ, those of {rest} do not"
    for one in told:
        yield _change(one)
        yield from _alerts(one)


def _change(one: Compared) -> str:
    before = "-" if one.before is None else number(one.before.total)
    after = "-" if one.after is None else number(one.after.total)
    change = one.change
    moved = f", {number(change.moved.count)} moved" if change.moved.count else ""
    note = f" ({printable(one.note)})" if one.note else ""
    return (
        f"{one.row.level:<8}  {printable(one.row.rule)}  {before} -> {after}: "
        f"{number(change.new.count)} new, {number(change.lost.count)} lost{moved}{note}"
    )


def _alerts(one: Compared) -> Iterator[str]:
    for sign, word, some in (("+", "new", one.change.new), ("-", "lost", one.change.lost)):
        for alert in some.shown:
            yield f"  {sign} {_alert(alert)}"
        if some.count > len(some.shown):
            yield f"  {sign} and {number(some.count - len(some.shown))} more {word}"
    moved = one.change.moved
    for was, alert in moved.shown:
        yield f"  ~ {_alert(alert)}; was {was.when}, {number(len(was.events))} events"
    if moved.count > len(moved.shown):
        yield f"  ~ and {number(moved.count - len(moved.shown))} more moved"


def _alert(alert: Alert) -> str:
    """When, which events and where: an alert to be looked up."""
    places = [
        f"{printable(str(place))} {printable(uuid or '(no uuid)')}"
        for place, uuid in zip(alert.source, alert.events, strict=True)
    ]
    more = f", and {number(len(places) - _MOST_PLACES)} more" if len(places) > _MOST_PLACES else ""
    group = "".join(f"{printable(name)}={printable(value)}  " for name, value in alert.group)
    when = alert.when or "(no readable time)"
    return f"{when}  {group}{', '.join(places[:_MOST_PLACES])}{more}"
