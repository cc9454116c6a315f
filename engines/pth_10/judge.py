"""pth_10 asked about the searches of a release, and its answers held against the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engines import EngineBroken
from engines.pth_10 import known
from engines.pth_10.corpus import Corpus, expected
from engines.pth_10.rewriting import NotAskedError, Rewritten, rewritten, rewritten_filter
from engines.pth_10.rows import Row, rows_of
from engines.pth_10.spark import Answer, Cells, Question
from okta_access.compile.model import Job
from okta_access.rules.model import EventRule, Rule

Ask = Callable[[Mapping[str, Sequence[Cells]], Sequence[Question]], list[Answer]]
_TABLE = "events"
_NOT = " NOT "


@dataclass(frozen=True, slots=True)
class Verdict:
    """What pth_10 says of a rule's search.

    ``rows`` are those it was asked about and ``left_out`` those it could not be; ``wrong`` are the
    events that it finds and the reference does not, or the other way round. ``not_asked`` tells
    why the search was not put to it, ``fault`` why it could not run it.
    """

    rule: str
    correlation: bool
    rows: int = 0
    left_out: int = 0
    wrong: tuple[str, ...] = ()
    not_asked: str = ""
    fault: str = ""

    @property
    def objects(self) -> bool:
        """Whether it has another word than the reference, or none where one was wanted."""
        return bool(self.wrong or self.fault)

    def __str__(self) -> str:
        if self.not_asked:
            return f"not asked: {self.not_asked}"
        if self.fault:
            return f"failed: {self.fault}"
        if self.wrong:
            return f"differs in {len(self.wrong)} events, {self.wrong[0]} among them"
        return f"agrees, {self.rows} rows"


def judge(job: Job, queries: Path, events: Corpus, ask: Ask) -> list[Verdict]:
    """A verdict for each rule, of its search in the folder ``queries``.

    Raises :class:`~engines.EngineBroken` where pth_10 is not the judge that it is taken for: it no
    longer has a fault that is known of it, or has no objection to a search that lost a negation.
    """
    searches: dict[str, Rewritten] = {}
    refused: list[Verdict] = []
    for rule in job.rules.all_rules:
        found = _rewritten(rule, queries / f"{rule.name}.spl")
        if isinstance(found, Rewritten):
            searches[rule.name] = found
        else:
            refused.append(Verdict(rule.name, not isinstance(rule, EventRule), not_asked=found))
    if not searches:
        return refused
    fields = frozenset().union(*(one.fields for one in searches.values()))
    rows = [*rows_of(events.events.values(), fields, job.catalog)]
    control = next((name for name, one in searches.items() if _NOT in one.text), None)
    asked = [*searches.values(), *([_broken(searches[control])] if control else [])]
    answers = ask(
        {_TABLE: [*{row.uuid: row.cells for row in rows}.values()], **known.TABLES},
        [*(Question(_TABLE, one.text) for one in asked), *known.QUESTIONS],
    )
    if gone := known.gone(answers[len(asked) :]):
        raise EngineBroken(f"pth_10 no longer shows that {gone[0]}: see engines/pth_10/known.py")
    named = {rule.name: rule for rule in job.rules.all_rules}

    def verdict(name: str, answer: Answer) -> Verdict:
        wanted = expected(named[name], job.rules, events, job.catalog)
        return compared(named[name], searches[name], rows, wanted, answer)

    verdicts = [verdict(name, one) for name, one in zip(searches, answers, strict=False)]
    if control and not verdict(control, answers[len(searches)]).wrong:
        raise EngineBroken(f"pth_10 has nothing against {control} without its negation")
    return sorted([*verdicts, *refused], key=lambda one: one.rule)


def compared(
    rule: Rule, search: Rewritten, rows: Sequence[Row], wanted: frozenset[str], answer: Answer
) -> Verdict:
    """The verdict that an answer amounts to; ``wanted`` are the uuids of events to be found.

    Raises :class:`~engines.EngineBroken` where rows were found that nobody asked about.
    """
    sure = [row for row in rows if not row.unsure & search.fields]
    verdict = Verdict(
        rule.name, not isinstance(rule, EventRule), len(sure), len(rows) - len(sure),
        fault=answer.fault,
    )  # fmt: skip
    if answer.found is None:
        return verdict
    if not answer.found <= {row.uuid for row in rows}:
        raise EngineBroken("pth_10 found what it was not asked about")
    wrong = {row.event: None for row in sure if (row.uuid in answer.found) != (row.event in wanted)}
    return replace(verdict, wrong=tuple(wrong))


def _rewritten(rule: Rule, file: Path) -> Rewritten | str:
    if not file.is_file():
        return "there is no search"
    search = file.read_text("utf-8")
    try:
        return rewritten(search) if isinstance(rule, EventRule) else rewritten_filter(search)
    except NotAskedError as error:
        return str(error)


def _broken(search: Rewritten) -> Rewritten:
    return replace(search, text=search.text.replace(_NOT, " ", 1))
