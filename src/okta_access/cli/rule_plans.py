"""What a log says of the ledger, and the plan that follows: as text, as JSON and as settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap

from okta_access.assumptions.bars import Answer, Support
from okta_access.assumptions.plan import QUIET, Advice, RulePlan
from okta_access.assumptions.registry import assumptions
from okta_access.backtest.report import daily
from okta_access.rules.model import Level

_COLUMNS = 100
_COLORS = {Support.UPHELD: "green", Support.CONTRADICTED: "red", Support.NOT_SHOWN: "yellow"}
_ADVICE = {
    Advice.ENABLE: "all that they rest on is upheld, and they would have been quiet",
    Advice.TRIAL: "not all that they rest on is shown, and they would have been quiet",
    Advice.WAIT: "something is contradicted, they are too loud here, or off in the settings",
}
_HEAD = """\
# Which rules to run, by what a log of {days} said (okta-access assumptions).
# enable: all that a rule rests on is upheld there. trial: not all of it is shown, nothing is
# contradicted, and the rule would have been quiet. Every other one waits, for its reason.
"""
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a log says: how much of it was counted, the answers by assumption, the plan by rule.

    ``types`` are the catalogue's event types, each with whether the log has one, and whether others
    published that they saw one.
    """

    events: int
    days: int
    types: Mapping[str, tuple[bool, bool]]
    answers: Mapping[str, Answer]
    plan: tuple[RulePlan, ...]


def as_text(report: LogReport, style: Callable[[str, str], str]) -> Iterator[str]:
    """The lines of the report, within 100 columns; ``style`` colours a text."""
    advised = {advice: [p for p in report.plan if p.advice is advice] for advice in Advice}
    supports = [answer.support for answer in report.answers.values()]
    yield f"{report.events:,} events of the catalogue's types on {_days(report.days)}"
    yield f"assumptions: {_counted({one: supports.count(one) for one in Support})}"
    yield f"rules: {_counted({one: len(found) for one, found in advised.items()})}"
    yield from _types(report.types)
    yield ""
    for id_, answer in report.answers.items():
        yield from _answer(id_, answer, style)
    width = max((len(one.rule) for one in report.plan if _alerts(one)), default=0)
    for advice, plans in advised.items():
        yield ""
        yield f"{advice}: {len(plans)} rules; {_ADVICE[advice]}"
        yield from _rules(plans, width)


def _types(types: Mapping[str, tuple[bool, bool]]) -> Iterator[str]:
    here, others = (sum(seen) for seen in zip(*types.values(), strict=True))
    all_ = len(types)
    yield f"event types: {here} of {all_} in this log, {others} seen live by others (catalog show)"
    unseen = [name for name, seen in types.items() if not any(seen)]
    if unseen:
        text = f"neither here nor, as far as we know, published: {', '.join(unseen)}"
        yield from wrap(text, _COLUMNS, initial_indent="  ", subsequent_indent="  ")


def _answer(id_: str, answer: Answer, style: Callable[[str, str], str]) -> Iterator[str]:
    known = assumptions()[id_]
    first, *more = wrap(known.statement, _COLUMNS - 19)
    yield f"{id_:<4} {style(f'{answer.support:<12}', _COLORS[answer.support])}  {first}"
    yield from (f"{'':19}{line}" for line in more)
    shown = ", ".join(f"{name} {number:,}" for name, number in answer.figures.items())
    contradicted = answer.support is Support.CONTRADICTED
    others = [f"seen by others: {known.seen_by_others}"] if known.seen_by_others else []
    so = [f"so {known.otherwise}"] if contradicted else []
    for text in (answer.reason, shown, *so, *others):
        yield from wrap(text, _COLUMNS, initial_indent=" " * 5, subsequent_indent=" " * 5)


def _rules(plans: list[RulePlan], width: int) -> Iterator[str]:
    alerting = [one for one in plans if _alerts(one)]
    if alerting:
        yield f"  {'level':<8} {'rule':<{width}} alerts a day  because"
    for one in sorted(alerting, key=lambda one: -one.level.rank):
        off = "off" if one.off is not None else ""
        because = ", ".join(filter(None, (one.because, off)))
        line = f"  {one.level:<8} {one.rule:<{width}} {daily(one.alerts_a_day):>12}  "
        first, *more = wrap(because, max(_COLUMNS - len(line), 20)) or [""]
        yield f"{line}{first}".rstrip()
        yield from (f"{'':{len(line)}}{each}" for each in more)
    if len(plans) > len(alerting):
        yield f"  and {len(plans) - len(alerting)} informational ones, not counted"


def as_json(report: LogReport) -> str:
    """The report as one JSON object."""
    parts = {
        "events": report.events,
        "days": report.days,
        "event_types": [
            {"type": name, "in_log": here, "seen_by_others": others}
            for name, (here, others) in report.types.items()
        ],
        "assumptions": [
            {
                "id": id_,
                "statement": assumptions()[id_].statement,
                "verdict": answer.support,
                "reason": answer.reason,
                "figures": dict(answer.figures),
                "seen_by_others": assumptions()[id_].seen_by_others,
            }
            for id_, answer in report.answers.items()
        ],
        "quiet": QUIET,
        "rules": [
            {
                "rule": one.rule,
                "level": one.level,
                "plan": one.advice,
                "contradicted": list(one.contradicted),
                "not_shown": list(one.not_shown),
                "alerts_a_day": one.alerts_a_day,
                "off": one.off is not None,
            }
            for one in report.plan
        ],
    }
    return json.dumps(parts, indent=2, ensure_ascii=False)


def as_settings(report: LogReport) -> str:
    """The plan as settings in TOML, a table a rule; informational rules stay as they are."""
    tables = [
        f"[rules.{one.rule if _BARE.fullmatch(one.rule) else _string(one.rule)}]\n"
        f"enabled = {'false' if one.advice is Advice.WAIT else 'true'}\n"
        f"reason = {_string(_reason(one))}\n"
        for one in report.plan
        if _alerts(one)
    ]
    return "\n".join([_HEAD.format(days=_days(report.days)), *tables])


def _reason(one: RulePlan) -> str:
    """Why the plan says so; what the settings keep off keeps the reason that it has there."""
    if one.off is not None and one.advice is Advice.WAIT:
        return one.off
    rate = "" if one.alerts_a_day is None else f"; {daily(one.alerts_a_day)} alerts a day"
    return f"{one.advice}: {one.because or 'all that it rests on is upheld'}{rate}"


def is_planned(reason: str) -> bool:
    """Whether the reason why a rule is off is that of an earlier plan, which counts no more."""
    return reason.startswith(f"{Advice.WAIT}: ")


def _alerts(one: RulePlan) -> bool:
    return one.level is not Level.INFORMATIONAL


def _string(text: str) -> str:
    """A basic string of TOML: JSON's escapes are TOML's, but DEL must be escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items())


def _days(number: int) -> str:
    return f"{number:,} day{'' if number == 1 else 's'}"
