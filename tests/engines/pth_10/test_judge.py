"""What is made of pth_10's answers; here our interpreter answers in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from engines import EngineBroken, EngineUnavailable, judges, splunk_app, splunk_grammar
from engines.pth_10 import known, report
from engines.pth_10.__main__ import main
from engines.pth_10.corpus import Corpus, corpus
from engines.pth_10.judge import Verdict, compared, judge
from engines.pth_10.report import Report
from engines.pth_10.rewriting import Rewritten
from engines.pth_10.rows import READINGS, Row
from engines.pth_10.spark import NAME, Answer, Cells, Question
from okta_access.api.compiling import compile_rules, job_of
from okta_access.api.rulebook import RuleBook, load_rules
from okta_access.compile.model import Job
from okta_access.spl.engine import Held, Splunk
from okta_access.spl.values import members

HEAD = "title: {0}\nid: 00000000-0000-4000-8000-00000000000{1}\nname: {0}\nlevel: medium\n"
BY_OTHERS = HEAD.format("by_others", 1) + (
    "logsource: {product: okta, service: okta}\n"
    "detection:\n"
    "  s: {eventType: [access.request.create, access.request.cancel]}\n"
    "  system: {actor.type: [SystemPrincipal, System]}\n"
    "  condition: s and not system\n"
)
ITSELF = HEAD.format("itself", 2) + (
    "logsource: {product: okta, service: okta}\n"
    "detection: {s: {target.id|fieldref: actor.id}, condition: s}\n"
)
OFTEN = HEAD.format("often", 3) + (
    "correlation: {type: event_count, rules: [by_others], group-by: [actor.id], timespan: 1h,"
    " condition: {gte: 5}}\n"
)
FIXTURE = (
    "match:\n  - {why: a, event: {eventType: access.request.create, actor.type: User}}\n"
    "miss:\n  - {why: b, event: {eventType: access.request.create, actor.type: System}}\n"
)
Tables = Mapping[str, Sequence[Cells]]


def interpreter(tables: Tables, questions: Sequence[Question]) -> list[Answer]:
    """Our interpreter, with the faults that are known of pth_10."""
    found = []
    for one in questions:
        if one.table in known.TABLES:
            found.append(Answer(None, "as known"))
            continue
        rows = Held([{name: str(cell) for name, cell in row.items()} for row in tables[one.table]])
        results = Splunk(READINGS[0]).run_over(one.search, rows)
        found.append(Answer(frozenset(u for row in results for u in members(row["uuid"]))))
    return found


@pytest.fixture
def book(tmp_path: Path) -> RuleBook:
    for name, text in (("by_others", BY_OTHERS), ("itself", ITSELF), ("often", OFTEN)):
        (tmp_path / "rules").mkdir(exist_ok=True)
        (tmp_path / "rules" / f"{name}.yml").write_text(text)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "by_others.yml").write_text(FIXTURE)
    return load_rules(tmp_path / "rules")


@pytest.fixture
def job(book: RuleBook) -> Job:
    return job_of(book)


@pytest.fixture
def queries(book: RuleBook, tmp_path: Path) -> Path:
    compile_rules(book, "splunk").write(tmp_path / "dist" / "queries" / "splunk")
    return tmp_path / "dist" / "queries" / "splunk"


@pytest.fixture
def events(job: Job) -> Corpus:
    return corpus(job.rules, job.catalog, 3)


def test_what_agrees_is_counted_and_what_is_not_asked_has_its_reason(
    job: Job, queries: Path, events: Corpus
) -> None:
    by_others, itself, often = judge(job, queries, events, interpreter)
    assert itself == Verdict("itself", False, not_asked="`where` is not rewritten for pth_10")
    for one, correlation in ((by_others, False), (often, True)):
        assert (one.correlation, one.wrong, one.fault, one.not_asked) == (correlation, (), "", "")
        assert one.rows > 50
        assert str(one) == f"agrees, {one.rows} rows"


def test_a_search_that_lost_its_negation_is_told(job: Job, queries: Path, events: Corpus) -> None:
    """The controls of a run are made of the search as it stands, so it must have one to lose."""
    file = queries / "by_others.spl"
    file.write_text(file.read_text().replace("NOT ", ""))
    verdicts = {one.rule: one for one in judge(job, queries, events, interpreter)}
    assert verdicts["by_others"].wrong
    assert verdicts["by_others"].objects
    assert not verdicts["often"].objects


def test_fixtures_count_by_what_they_were_written_to_show(
    job: Job, queries: Path, events: Corpus
) -> None:
    turned = {uuid: (name, not matches) for uuid, (name, matches) in events.intended.items()}
    assert len(turned) == 2
    by_others, *_ = judge(job, queries, Corpus(events.events, turned), interpreter)
    assert len(by_others.wrong) == 2


def test_a_search_that_is_missing_is_not_asked(job: Job, tmp_path: Path, events: Corpus) -> None:
    verdicts = judge(job, tmp_path, events, interpreter)
    assert {one.not_asked for one in verdicts} == {"there is no search"}
    assert Report(tuple(verdicts)).objects


def test_a_judge_without_its_known_faults_is_refused(
    job: Job, queries: Path, events: Corpus
) -> None:
    def mended(tables: Tables, questions: Sequence[Question]) -> list[Answer]:
        *first, _ = interpreter(tables, questions)
        return [*first, Answer(known.FAULTS[-1].documented)]

    with pytest.raises(EngineBroken, match="no longer shows that streamstats is missing"):
        judge(job, queries, events, mended)


def test_a_judge_that_finds_the_same_whatever_is_asked_is_refused(
    job: Job, queries: Path, events: Corpus
) -> None:
    def deaf(tables: Tables, questions: Sequence[Question]) -> list[Answer]:
        answers = interpreter(tables, questions)
        control = len(questions) - len(known.QUESTIONS) - 1
        return [*answers[:control], answers[0], *answers[control + 1 :]]

    with pytest.raises(EngineBroken, match="nothing against by_others without its negation"):
        judge(job, queries, events, deaf)


def test_answers_are_compared_where_rows_are_sure(job: Job) -> None:
    (rule, *_) = job.rules.rules
    search = Rewritten("", frozenset({"actor.type"}))
    rows = [
        Row("a", "row-0", {}, frozenset()),
        Row("b", "row-1", {}, frozenset({"actor.type"})),
        Row("c", "row-2", {}, frozenset({"outcome.result"})),
    ]
    wanted = frozenset({"a"})
    verdict = compared(rule, search, rows, wanted, Answer(frozenset({"row-1", "row-2"})))
    assert verdict == Verdict(rule.name, False, 2, 1, wrong=("a", "c"))
    assert str(verdict) == "differs in 2 events, a among them"
    failed = compared(rule, search, rows, wanted, Answer(None, "no"))
    assert failed == Verdict(rule.name, False, 2, 1, fault="no")
    assert failed.objects
    with pytest.raises(EngineBroken):
        compared(rule, search, rows, wanted, Answer(frozenset({"row-9"})))


def test_what_the_documentation_says_is_what_our_interpreter_finds() -> None:
    """So each fault is one of pth_10 against both."""
    for fault in known.FAULTS:
        rows = Held(
            [
                {name: tuple(cell) if isinstance(cell, list) else str(cell)
                 for name, cell in event.items()}
                for event in fault.events
            ]
        )  # fmt: skip
        results = Splunk(READINGS[0]).run_over(fault.search, rows)
        assert {row["uuid"] for row in results} == fault.documented, fault.name


VERDICTS = (
    Verdict("a", False, 10, 2),
    Verdict("b", False, 12, 0, wrong=("x",)),
    Verdict("c", False, not_asked="`where`"),
    Verdict("d", True, 11, 1),
    Verdict("e", True, 9, 3, fault="java.lang.Error"),
)


def test_the_report_counts_what_was_asked_and_names_the_rest() -> None:
    assert [*Report(VERDICTS).lines()] == [
        "b: differs in 1 events, x among them",
        "e: failed: java.lang.Error",
        "not asked about 1: `where`: c",
        f"{NAME}: {Report(VERDICTS).figures()}",
    ]
    assert Report(VERDICTS).figures() == (
        "asked about 2 of 3 searches of event rules and 2 of 2 filters of correlations:"
        " 42 cases, 6 left out, 2 objections"
    )
    assert Report(VERDICTS).objects
    assert not Report(VERDICTS[:1]).objects
    assert Report(VERDICTS[2:3]).objects, "asked about nothing"
    assert Report(VERDICTS).of("c") == "not asked: `where`"
    assert Report(VERDICTS).of("z") == "no search"


def test_a_judge_that_did_not_run_is_not_counted_as_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(*_: object) -> list[Verdict]:
        raise EngineUnavailable("needs Java")

    monkeypatch.setattr(report, "judge", gone)
    monkeypatch.setattr(report, "corpus", lambda *_: None)
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().out == f"pth_10: {NAME}: not run: needs Java\n"


@pytest.mark.parametrize(
    ("wish", "second", "code"),
    [
        ("", Report((), "needs Java"), 0),
        ("required", Report((), "needs Java"), 2),
        ("required", Report(VERDICTS[:1]), 0),
        ("", Report(VERDICTS), 1),
    ],
)
def test_the_table_of_judges_says_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wish: str, second: Report, code: int
) -> None:
    monkeypatch.setenv("OKTA_ACCESS_ENGINE", wish)
    monkeypatch.setattr(splunk_grammar, "parse", lambda searches: ["" for _ in searches])
    monkeypatch.setattr(splunk_app, "main", lambda _: 0)
    monkeypatch.setattr(judges, "report_on", lambda _: second)
    (tmp_path / "a-splunk.tar.gz").write_bytes(b"")
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "okta_a.json").write_text('{"rule": "a", "checks": []}')
    assert judges.main([str(tmp_path)]) == code
    written = evidence / "splunk-judges.json"
    assert written.is_file() == (code != 2)
    if written.is_file():
        assert f'"said": "{second.figures()}"' in written.read_text()
        assert f'"pth_10": "{second.of("a")}"' in written.read_text()
