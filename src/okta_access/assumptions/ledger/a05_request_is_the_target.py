"""A5: the target of a request's events is the request, under one id from its opening to its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer, Support
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.lifetimes import Lifetimes
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.signs import ENDS, REQUEST
from okta_access.assumptions.spl import NONE, Spl, SplQuery, evals, flag, sums
from okta_access.catalog.model import PUBLISHED

_CREATE = f"{REQUEST}create"
_ENDS = [f"{REQUEST}{verb}" for verb in ENDS]
_JOINED = "whose_opening_has_the_same_id"


@dataclass(slots=True)
class _OneTarget(Figure):
    _targets: Counter[str] = field(default_factory=Counter)
    _lives: Lifetimes = field(default_factory=Lifetimes)

    def add(self, event: AccessEvent) -> None:
        self._lives.tell_time(event)
        if not event.type.startswith(REQUEST):  # reviews may name the reviewed user too
            return
        count = len({*event.targets})
        self._targets["one" if count == 1 else "several" if count else "none"] += 1
        if count != 1:
            return
        if event.type == _CREATE:
            self._lives.opened.add(event.targets[0])
        elif event.type in _ENDS and event.time is not None:
            self._lives.later.append((event.time, event.targets[0]))

    def answer(self) -> Answer:
        joined, late = self._lives.joined()
        one = self._targets["one"]
        figures = {
            "with_one_target": one,
            "with_several": self._targets["several"],
            "with_none": self._targets["none"],
            "late_ends_of_requests": late,
            _JOINED: joined,
        }
        single = BAR.answer(one, self._targets.total(), "events with one target", **figures)
        if single.support is not Support.UPHELD:
            return single
        what = "ends of requests whose opening has the same id"
        return BAR.answer(joined, late, what, **figures)


def _targets_spl(spl: Spl) -> SplQuery:
    return spl.terms(spl.types(lambda name: name.startswith(REQUEST))), [
        evals(
            f"targets=coalesce(mvcount(mvdedup({spl.there('target.id')})), 0)",
            "with_one_target=if(targets=1, 1, 0)",
            "with_several=if(targets>1, 1, 0)",
            "with_none=if(targets=0, 1, 0)",
        ),
        sums("with_one_target", "with_several", "with_none"),
    ]


def _targets_esql(esql: Esql) -> list[str]:
    return [
        f"WHERE {esql.types(lambda name: name.startswith(REQUEST))}",
        f"EVAL targets = MV_COUNT(MV_DEDUPE({esql.column('target.id')}))",
        stats(
            "with_one_target = COUNT(*) WHERE targets == 1",
            "with_several = COUNT(*) WHERE targets > 1",
            "with_none = COUNT(*) WHERE targets IS NULL",
        ),
    ]


def _lifetime_spl(spl: Spl) -> SplQuery:
    return spl.terms([_CREATE, *_ENDS]), [
        evals(
            f"opened={flag(spl.is_one_of([_CREATE]))}",
            "ends=1 - opened",
            f"ended_at=if(ends=1, {spl.there(PUBLISHED)}, null())",
            spl.request,
        ),
        f'where request!="{NONE}"',
        "stats sum(opened) AS opened sum(ends) AS ends max(ended_at) AS ended_at BY request",
        "where ends>0",
        evals("joined=if(opened>0, ends, 0)", "day=substr(ended_at, 1, 10)"),
        sums("ends", f"joined:{_JOINED}", by="day"),
    ]


def _lifetime_esql(esql: Esql) -> list[str]:
    end = esql.is_one_of(_ENDS)
    return [
        f"WHERE {esql.is_one_of([_CREATE, *_ENDS])}",
        esql.request,
        'WHERE request != ""',
        stats(
            f"opened = COUNT(*) WHERE {esql.is_one_of([_CREATE])}",
            f"ends = COUNT(*) WHERE {end}",
            f"ended_at = MAX(@timestamp) WHERE {end}",
            by=["request"],
        ),
        "WHERE ends > 0",
        stats(
            "ends = SUM(ends)",
            f"{_JOINED} = SUM(CASE(opened > 0, ends, 0))",
            by=["day = DATE_TRUNC(1 day, ended_at)"],
        ),
    ]


ASSUMPTION = Assumption(
    id="A5",
    statement="target of access.request.* holds one entry, the object itself, with one id over its"
    " life",
    upheld="such events have one target, and the id of a request's end was seen at its beginning",
    contradicted="events have several targets or none, or ends never name an id seen before",
    otherwise="correlations by target are silent, or join what does not belong together",
    figure=_OneTarget,
    questions=(
        Question(
            "a5_targets",
            ("with_one_target", "with_several", "with_none"),
            f"with_one_target of all three together. {BAR.words}",
            _targets_spl,
            _targets_esql,
        ),
        Question(
            "a5_lifetime",
            ("ends", _JOINED),
            f"{_JOINED} of ends, on the later days: requests that ended on the first days may have"
            f" been opened before. {BAR.words}",
            _lifetime_spl,
            _lifetime_esql,
            "day",
        ),
    ),
    groups=("target.id",),
    types=REQUEST,
)
