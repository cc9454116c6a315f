"""A case as one page of HTML: no script, nothing fetched, and nothing in it but what is meant.

Every value is escaped where it is written, and shown by :func:`printable`. The page's policy allows
its own style sheet, by its hash, and nothing else; so whatever got in could still not run.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from okta_access.assumptions.bars import Support
from okta_access.assumptions.registry import assumptions
from okta_access.casefile.case import Case, rests_on
from okta_access.casefile.clock import Clock
from okta_access.casefile.facts import Facts, Target, cut
from okta_access.casefile.kept import QUARTER, Count
from okta_access.casefile.timing import span_text
from okta_access.catalog.outcomes import OutcomeKind, load_outcomes
from okta_access.reporting.printable import printable
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.scan.context import Actor

_HERE = Path(__file__).parent
_LONGEST = 3000
_FIRST_ROWS = 4  # of a card; the others are folded away
_ROWS = 200  # of a card in all
_DAYS = 10
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a case; ``beside`` is the file that holds all alerts where not all are shown."""

    case: Case
    rules: RuleSet
    zone: tzinfo
    beside: str | None
    version: str

    def html(self) -> str:
        """The whole page."""
        style = (_HERE / "case.css").read_text("utf-8")
        environment = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["cut"] = lambda value: cut(str(value))
        return environment.get_template("case.html.j2").render(self._values(style))

    def _values(self, style: str) -> dict[str, Any]:
        case, kept = self.case, self.case.kept
        clock = Clock(self.zone)
        countries, targets = _countries(case), _targets(case)
        timeline = case.timeline()
        return {
            "style": Markup(style),  # noqa: S704 - a file of ours
            "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
            "case": case,
            "clock": clock,
            "beside": self.beside,
            "version": self.version,
            "levels": [(one, kept.levels[one]) for one in reversed(Level) if kept.levels[one]],
            "gravest": max(case.shown, key=lambda one: one.alert.level.rank, default=None),
            "top_person": _most(kept.people, kept.everything.alerts),
            "top_address": _most(kept.addresses, kept.everything.alerts),
            "countries": countries,
            "people": _card(kept.people, _person),
            "addresses": _card(kept.addresses, lambda one: (cut(one), countries.get(cut(one), ""))),
            "objects": _card(kept.objects, lambda one: _object(one, targets)),
            "days": _days(case, clock),
            "timeline": [
                (day, weekday, list(rows))
                for (day, weekday), rows in groupby(
                    timeline, lambda row: (clock.day(row.time), clock.weekday(row.time))
                )
            ],
            "rows": len(timeline),
            "sections": self._sections(),
            "ledger": self._ledger(),
            "not_done": load_outcomes()[OutcomeKind.NOT_DONE].values,
            "accepted": load_outcomes()[OutcomeKind.ACCEPTED].values,
            "span_text": span_text,
        }

    def _sections(self) -> list[dict[str, Any]]:
        """The rules that alerted, the gravest and most frequent first, with what is shown."""
        kept, known = self.case.kept, assumptions()
        ordered = sorted(
            kept.rules.items(), key=lambda one: (-one[1].level.rank, -one[1].alerts, one[0])
        )
        by_name = {rule.name: rule for rule in self.rules.all_rules}
        return [
            {
                "meta": kept.metas[name],
                "count": count,
                "shown": [one for one in self.case.shown if one.alert.meta.name == name],
                "ledger": [
                    (known[id_], self.case.answers[id_])
                    for id_ in rests_on(by_name[name], self.rules)
                    if id_ in known
                ],
            }
            for name, count in ordered
        ]

    def _ledger(self) -> list[tuple[Support, list[dict[str, Any]]]]:
        """The ledger by what the log says of it; with the rules that alerted and rest on it."""
        by_name = {rule.name: rule for rule in self.rules.all_rules}
        alerted = {name: rests_on(by_name[name], self.rules) for name in self.case.kept.rules}
        found: dict[Support, list[dict[str, Any]]] = {
            Support.CONTRADICTED: [],
            Support.UPHELD: [],
            Support.NOT_SHOWN: [],
        }
        for id_, answer in self.case.answers.items():
            needed = sorted(name for name, ids in alerted.items() if id_ in ids)
            row = {"known": assumptions()[id_], "answer": answer, "needed": needed}
            found[answer.support].append(row)
        return [*found.items()]


def _shown(value: object) -> object:
    """What is written for a value: text that can be printed, and is not longer than a page."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    return printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…", keep="\n")


def _card(counts: Mapping[_T, Count], named: Callable[[_T], tuple[str, str]]) -> dict[str, Any]:
    """What alerts name most, and gravest: some rows at once, more of them folded away."""
    ordered = sorted(
        counts.items(), key=lambda one: (-one[1].level.rank, -one[1].alerts, str(one[0]))
    )
    rows = [(*named(thing), count) for thing, count in ordered[:_ROWS]]
    return {
        "all": len(counts),
        "first": rows[:_FIRST_ROWS],
        "more": rows[_FIRST_ROWS:],
        "left": len(counts) - len(rows),
    }


def _most(counts: Mapping[_T, Count], alerts: int) -> tuple[_T, Count] | None:
    """What most alerts name, where it stands out: a third of them, and more than any other."""
    most = sorted(counts.items(), key=lambda one: -one[1].alerts)[:2]
    alone = len(most) == 1 or (len(most) == 2 and most[0][1].alerts > most[1][1].alerts)
    return most[0] if alone and 3 * most[0][1].alerts >= alerts else None


def _person(actor: Actor) -> tuple[str, str]:
    first, *others = map(cut, actor.known)
    return first, ", ".join(others)


def _object(id_: str, known: Mapping[str, Target]) -> tuple[str, str]:
    text = cut(id_)
    target = known.get(text)
    if target is None:
        return text, ""
    more = (target.type, text if target.name else "")
    return target.name or text, " · ".join(filter(None, more))


def _targets(case: Case) -> dict[str, Target]:
    """The objects of the events that are shown, by id; of each the first with a name."""
    found: dict[str, Target] = {}
    for facts in _facts(case):
        for target in facts.targets:
            known = found.get(target.id)
            if known is None or (target.name and not known.name):
                found[target.id] = target
    return found


def _countries(case: Case) -> dict[str, str]:
    """Where the addresses of the events that are shown are."""
    return {facts.address: facts.country for facts in _facts(case) if facts.country}


def _facts(case: Case) -> Iterator[Facts]:
    return (event.facts for one in case.shown for event in one.events)


def _days(case: Case, clock: Clock) -> list[tuple[str, str, int, int]]:
    """The days with most alerts, in their order: day, weekday, alerts, per cent of the most."""
    counts: Counter[tuple[str, str]] = Counter()
    for quarter, number in case.kept.quarters.items():
        time = quarter * QUARTER
        counts[clock.day(time), clock.weekday(time)] += number
    most = max(counts.values(), default=0)
    chosen = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_DAYS]
    return [(*day, number, -(-100 * number // most)) for day, number in sorted(chosen)]
