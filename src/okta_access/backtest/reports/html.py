"""One HTML file that needs nothing else: a table with a bar for each day, in light and dark.

No script, no picture and no font is fetched: a policy in the file forbids it. The same report
gives the same bytes, which an XML reader takes too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

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
from okta_access.backtest.sparkline import binned, days_a_mark
from okta_access.reporting.printable import printable
from okta_access.scan.alerts import Alert

_MOST_BARS = 120
_BAR, _GAP, _HEIGHT = 4, 1, 28  # in pixels
_MOST_PLACES = 5
_NUMBER = ' class="n"'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """\
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #6a737d; --line: #d8dee4;
  --critical: #8a2be2; --high: #cf222e; --medium: #9a6700; --low: #1a7f91;
  --informational: #57606a }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #8b949e;
  --line: #30363d; --critical: #c297ff; --high: #ff7b72; --medium: #e3b341; --low: #56d4dd;
  --informational: #9ea7b3 } }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: bottom }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
tr.sum td { border-bottom: 2px solid var(--line); font-weight: 600 }
td small { color: var(--faint) }
code { font-size: .92em; overflow-wrap: anywhere }
svg { display: block } svg rect { fill: currentColor } svg line { stroke: var(--line) }
.critical { color: var(--critical) } .high { color: var(--high) } .medium { color: var(--medium) }
.low { color: var(--low) } .informational { color: var(--informational) }
.failed { color: var(--high); font-weight: 600 }"""


def render(report: Report) -> str:
    """The file, in ASCII."""
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
        f"<title>Alerts a day</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>",
        f"<h1>Alerts a day</h1>\n<p>{_text(period(report.counts))}</p>",
        *_expectations(report.verdicts),
        *_table(report),
        *(_comparison(report.comparison, report.against) if report.comparison else ()),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _expectations(verdicts: Sequence[ExpectationResult]) -> Iterator[str]:
    if not verdicts:
        return
    yield "<h2>Expectations</h2>\n<ul>"
    for verdict in verdicts:
        word = "ok" if verdict.met else '<span class="failed">exceeded</span>'
        yield f"<li>{word}: {_text(str(verdict))}</li>"
    yield "</ul>"


def _table(report: Report) -> Iterator[str]:
    days = report.counts.days
    width = days_a_mark(len(days), _MOST_BARS)
    yield _head(("level", "rule"), ("alerts", "a day"), ("busiest day",), ("",), ("by day",))
    for line in table(report):
        yield _row(report, line, width)
    yield "</tbody>\n</table>"
    if width > 1:
        yield f"<p>A bar stands for the busiest of {width} days.</p>"
    if loose := undated(report.counts.rows):
        yield f"<p>{number(loose)} of the alerts have no readable time: they belong to no day.</p>"


def _head(*groups: Sequence[str]) -> str:
    """The head of a table and the beginning of its body; every second group is of numbers."""
    cells = "".join(
        f"<th{_NUMBER * (index % 2)}>{name}</th>"
        for index, group in enumerate(groups)
        for name in group
    )
    return f"<table>\n<thead><tr>{cells}</tr></thead>\n<tbody>"


def _row(report: Report, line: Line, width: int) -> str:
    counts = report.counts
    busiest = counts.busiest(line.per_day)
    off = " <small>(off)</small>" if line.off else ""
    title = f"<br/><small>{_text(line.row.title)}</small>" if line.row else ""
    name = f"<code>{_text(line.name)}</code>" if line.row else line.name
    cells = (
        f'<td class="{line.level}">{line.level}</td>',
        f"<td>{name}{off}{title}</td>",
        _figures(number(line.total), daily(counts.mean(line.total))),
        f"<td>{busiest[0] if busiest else ''}</td>",
        _figures(number(busiest[1]) if busiest else ""),
        f'<td class="{line.level}">{_bars(line, counts.days, width)}</td>',
    )
    sums = "" if line.row else ' class="sum"'
    return f"<tr{sums}>{''.join(cells)}</tr>"


def _figures(*figures: str) -> str:
    return "".join(f"<td{_NUMBER}>{escape(figure)}</td>" for figure in figures)


def _bars(line: Line, days: Sequence[date], width: int) -> str:
    """The bars on the scale of the highest; none at all where there is no alert on any day."""
    counts = binned(line.per_day, width)
    most = max(counts, default=0)
    if not most:
        return ""
    bars = []
    for index, count in enumerate(counts):
        if count:
            height = max(1, round(count / most * _HEIGHT))
            at = f'x="{index * (_BAR + _GAP)}" y="{_HEIGHT - height}"'
            told = f"{days[index * width]}{' and after' if width > 1 else ''}: {number(count)}"
            bars.append(f'<rect {at} width="{_BAR}" height="{height}"><title>{told}</title></rect>')
    wide = len(counts) * (_BAR + _GAP)
    label = f"at most {number(most)} alerts on a day"
    return (
        f'<svg role="img" aria-label="{label}" width="{wide}" height="{_HEIGHT + 1}">'
        f'{"".join(bars)}<line x1="0" x2="{wide}" y1="{_HEIGHT}.5" y2="{_HEIGHT}.5"/></svg>'
    )


def _comparison(comparison: Comparison, against: str) -> Iterator[str]:
    yield f"<h2>Compared with {_text(against)}</h2>"
    told = [one for one in comparison.rules if one.change.count or one.note]
    if not told:
        yield "<p>The same rules raise the same alerts.</p>"
        return
    yield _head(("level", "rule"), ("before", "now", "new", "lost", "moved"))
    for one in told:
        yield _compared(one)
    yield "</tbody>\n</table>"
    for one in told:
        yield from _alerts(one)


def _compared(one: Compared) -> str:
    change = one.change
    note = f"<br/><small>{_text(one.note)}</small>" if one.note else ""
    figures = _figures(
        "-" if one.before is None else number(one.before.total),
        "-" if one.after is None else number(one.after.total),
        *(number(some.count) for some in (change.new, change.lost, change.moved)),
    )
    level = f'<td class="{one.row.level}">{one.row.level}</td>'
    return f"<tr>{level}<td><code>{_text(one.row.rule)}</code>{note}</td>{figures}</tr>"


def _alerts(one: Compared) -> Iterator[str]:
    change = one.change
    items = [
        *(f"new: {_alert(alert)}" for alert in change.new.shown),
        *(f"lost: {_alert(alert)}" for alert in change.lost.shown),
        *(f"moved: {_alert(alert)}, was {was.when}" for was, alert in change.moved.shown),
    ]
    if not items:
        return
    yield f"<h3><code>{_text(one.row.rule)}</code></h3>\n<ul>"
    yield from (f"<li>{item}</li>" for item in items)
    if change.count > len(items):
        yield f"<li>and {number(change.count - len(items))} more</li>"
    yield "</ul>"


def _alert(alert: Alert) -> str:
    shown = [
        f"<code>{_text(str(place))}</code> {_text(uuid or '(no uuid)')}"
        for place, uuid in zip(alert.source, alert.events, strict=True)
    ]
    more = f", and {number(len(shown) - _MOST_PLACES)} more" if len(shown) > _MOST_PLACES else ""
    return f"{alert.when or '(no readable time)'} {', '.join(shown[:_MOST_PLACES])}{more}"


def _text(text: str) -> str:
    return escape(printable(text))
