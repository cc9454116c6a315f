"""A11: the target of a review's events is the review, under one id from its opening on.

Beside the review its events may name the reviewed user (A6), who is met in other reviews too, so
ids of users are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from okta_access.assumptions.bars import Answer, Bar
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.lifetimes import Lifetimes
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.signs import REVIEW, USER_ID
from okta_access.assumptions.spl import NULL, Spl, SplQuery, evals, flag, sums
from okta_access.catalog.model import PUBLISHED

_BAR = Bar(least=10)  # reviews are rare
_OPENINGS = [f"{REVIEW}{verb}" for verb in ("create", "start")]
_STEPS = [f"{REVIEW}{verb}" for verb in ("update", "action", "close")]
_JOINED = "whose_opening_has_the_same_id"


@dataclass(slots=True)
class _OneReview(Figure):
    _lives: Lifetimes = field(default_factory=Lifetimes)

    def add(self, event: AccessEvent) -> None:
        self._lives.tell_time(event)
        ids = {id_ for id_ in event.targets if not id_.startswith(USER_ID)}
        if event.type in _OPENINGS:
            self._lives.opened |= ids
        elif event.type in _STEPS and event.time is not None:
            self._lives.later += [(event.time, id_) for id_ in ids]

    def answer(self) -> Answer:
        joined, late = self._lives.joined()
        return _BAR.answer(
            joined,
            late,
            "steps of reviews whose opening has the same id",
            late_steps_of_reviews=late,
            whose_opening_has_the_same_id=joined,
        )


def _spl(spl: Spl) -> SplQuery:
    no_user = f"(?s)^(?!{NULL}|{USER_ID})."
    return spl.terms([*_OPENINGS, *_STEPS]), [
        evals(
            f"opened={flag(spl.is_one_of(_OPENINGS))}",
            "steps=1 - opened",
            f"step_at=if(steps=1, {spl.there(PUBLISHED)}, null())",
            f"review=mvdedup({spl.like('target.id', no_user)})",
        ),
        "where isnotnull(review)",
        "mvexpand review",
        "stats sum(opened) AS opened sum(steps) AS steps max(step_at) AS step_at BY review",
        "where steps>0",
        evals("joined=if(opened>0, steps, 0)", "day=substr(step_at, 1, 10)"),
        sums("steps", f"joined:{_JOINED}", by="day"),
    ]


def _esql(esql: Esql) -> list[str]:
    step = esql.is_one_of(_STEPS)
    return [
        f"WHERE {esql.is_one_of([*_OPENINGS, *_STEPS])}",
        f"EVAL review = MV_DEDUPE({esql.column('target.id')})",
        "MV_EXPAND review",
        f'WHERE review IS NOT NULL AND NOT review LIKE "{USER_ID}*"',
        stats(
            f"opened = COUNT(*) WHERE {esql.is_one_of(_OPENINGS)}",
            f"steps = COUNT(*) WHERE {step}",
            f"step_at = MAX(@timestamp) WHERE {step}",
            by=["review"],
        ),
        "WHERE steps > 0",
        stats(
            "steps = SUM(steps)",
            f"{_JOINED} = SUM(CASE(opened > 0, steps, 0))",
            by=["day = DATE_TRUNC(1 day, step_at)"],
        ),
    ]


ASSUMPTION = Assumption(
    id="A11",
    statement="the target of a review is the review itself and keeps its id over its life",
    upheld="what a review's later events name was named when it was created or started",
    contradicted="the later events of reviews name ids that no opening of a review named",
    otherwise="correlations of a review's events are silent, or join different reviews",
    figure=_OneReview,
    questions=(
        Question(
            "a11",
            ("steps", _JOINED),
            f"{_JOINED} of steps, on the later days: reviews that went on during the first days"
            f" may have been opened before. {_BAR.words}",
            _spl,
            _esql,
            "day",
        ),
    ),
    groups=("target.id",),
    types=REVIEW,
)
