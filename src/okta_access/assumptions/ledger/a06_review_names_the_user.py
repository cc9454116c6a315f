"""A6: a review's events name whom it is about."""

from __future__ import annotations

from dataclasses import dataclass

from okta_access.assumptions.bars import BAR, Answer
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.signs import REVIEW, USER_ID
from okta_access.assumptions.spl import Spl, SplQuery, evals, flag


@dataclass(slots=True)
class _ReviewedUser(Figure):
    _reviews: int = 0
    _with_a_user: int = 0

    def add(self, event: AccessEvent) -> None:
        if event.type.startswith(REVIEW) and event.targets:
            users = any("user" in kind.lower() for kind in event.target_types)
            self._reviews += 1
            self._with_a_user += users or any(id_.startswith(USER_ID) for id_ in event.targets)

    def answer(self) -> Answer:
        return BAR.answer(
            self._with_a_user,
            self._reviews,
            "review events with a user among the targets",
            reviews_with_targets=self._reviews,
            with_a_user=self._with_a_user,
        )


def _spl(spl: Spl) -> SplQuery:
    user = f"{spl.has('target.type', '(?i)user')} OR {spl.has('target.id', f'^{USER_ID}')}"
    return spl.terms(spl.types(lambda name: name.startswith(REVIEW))), [
        f"where isnotnull({spl.there('target.id')})",
        evals(f"user={flag(user)}"),
        "stats count AS reviews_with_targets sum(user) AS with_a_user",
    ]


def _esql(esql: Esql) -> list[str]:
    target, kinds = esql.column("target.id"), esql.column("target.type")
    user = (
        f'TO_LOWER(MV_CONCAT({kinds}, " ")) LIKE "*user*"'
        f' OR CONCAT(" ", MV_CONCAT({target}, " ")) LIKE "* {USER_ID}*"'
    )
    return [
        f"WHERE {esql.types(lambda name: name.startswith(REVIEW))} AND {target} IS NOT NULL",
        stats("reviews_with_targets = COUNT(*)", f"with_a_user = COUNT(*) WHERE {user}"),
    ]


ASSUMPTION = Assumption(
    id="A6",
    statement="the targets of a review include the reviewed user",
    upheld="review events name a user among their targets",
    contradicted="review events have targets, and none of them is a user",
    otherwise="reviewing oneself cannot be seen",
    figure=_ReviewedUser,
    questions=(
        Question(
            "a6",
            ("reviews_with_targets", "with_a_user"),
            f"with_a_user of reviews_with_targets. {BAR.words}",
            _spl,
            _esql,
        ),
    ),
    compared=frozenset({"actor.id", "target.id"}),
)
