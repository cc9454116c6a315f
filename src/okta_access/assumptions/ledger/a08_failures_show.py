"""A8: what failed is logged as failed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import BAR, Answer, Bar, Support
from okta_access.assumptions.esql import Esql, listed, stats
from okta_access.assumptions.events import AccessEvent
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.spl import END, Spl, SplQuery, evals, flag, sums

_BAR = Bar(least=1)
_RESULT, _REASON = "outcome.result", "outcome.reason"
_FAILED = ("FAILURE", "DENY")
# In the dialect that Python, PCRE and Lucene share, for text in lower case.
_TELLS_OF_FAILURE = "fail|den(y|ied)|error|invalid|forbidden|not (allowed|permitted)"
_IS_FAILURE = re.compile(_TELLS_OF_FAILURE, re.IGNORECASE)
_ALL, _SAID, _HIDDEN, _WITHOUT = (
    "access_events",
    "failure_or_deny",
    "success_with_the_reason_of_a_failure",
    "without_an_outcome",
)


@dataclass(slots=True)
class _FailuresShow(Figure):
    _results: Counter[str] = field(default_factory=Counter)

    def add(self, event: AccessEvent) -> None:
        hidden = event.result == "SUCCESS" and _IS_FAILURE.search(event.reason)
        said = _SAID if event.result in _FAILED else "other"
        self._results[_HIDDEN if hidden else said if event.result else _WITHOUT] += 1

    def answer(self) -> Answer:
        total, failed, hidden = self._results.total(), self._results[_SAID], self._results[_HIDDEN]
        missing = self._results[_WITHOUT]
        figures = {_SAID: failed, _HIDDEN: hidden, _WITHOUT: missing}
        filled = BAR.answer(total - missing, total, "events with an outcome", **figures)
        if filled.support is Support.CONTRADICTED:
            return filled
        found = _BAR.answer(failed, failed + hidden, "failed attempts logged as such", **figures)
        if failed + hidden:
            return found
        return Answer(found.support, f"no failed attempt among {total} events", found.figures)


def _spl(spl: Spl) -> SplQuery:
    failed = spl.has(_RESULT, f"(?i)^(?:{'|'.join(_FAILED)}){END}")
    said = spl.has(_REASON, f"(?i)(?:{_TELLS_OF_FAILURE})")
    hidden = f"{spl.has(_RESULT, f'(?i)^SUCCESS{END}')} AND {said}"
    return spl.terms(spl.types()), [
        evals(
            "event=1",
            f"failed={flag(failed)}",
            f"hidden={flag(hidden)}",
            f"without={flag(f'isnull({spl.there(_RESULT)})')}",
        ),
        sums(f"event:{_ALL}", f"failed:{_SAID}", f"hidden:{_HIDDEN}", f"without:{_WITHOUT}"),
    ]


def _esql(esql: Esql) -> list[str]:
    result, reason = esql.lower(_RESULT), esql.lower(_REASON)
    failed = listed(map(str.lower, _FAILED))
    hidden = f'{result} == "success" AND {reason} RLIKE ".*({_TELLS_OF_FAILURE}).*"'
    return [
        f"WHERE {esql.types()}",
        stats(
            f"{_ALL} = COUNT(*)",
            f"{_SAID} = COUNT(*) WHERE {result} IN ({failed})",
            f"{_HIDDEN} = COUNT(*) WHERE {hidden}",
            f"{_WITHOUT} = COUNT(*) WHERE {esql.column(_RESULT)} IS NULL",
        ),
    ]


ASSUMPTION = Assumption(
    id="A8",
    statement="failed attempts are logged with FAILURE or DENY",
    upheld="the log holds attempts with FAILURE or DENY",
    contradicted="outcomes are missing, or SUCCESS comes with a reason that tells of a failure",
    otherwise="rules on failures are silent, and refused changes alert as if they had taken hold",
    figure=_FailuresShow,
    questions=(
        Question(
            "a8",
            (_ALL, _SAID, _HIDDEN, _WITHOUT),
            f"{_SAID}, of these and {_HIDDEN} together; one is enough. It is contradicted where"
            f" half of {_ALL} are {_WITHOUT}",
            _spl,
            _esql,
        ),
    ),
    seen_by_others="the authors of a public compliance tool (ItsGambit/opa-compliance-wizard on"
    " GitHub) watched a denied request on their tenant (their notes of 2026-09-30, without the"
    " events): it ended in access.request.resolve, where outcome.result is always SUCCESS. A"
    " refusal by an approver is no failed attempt; a hint, no proof",
)
