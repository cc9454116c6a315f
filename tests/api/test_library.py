"""The functions of the library, each held to another way to the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okta_access import (
    Access,
    Cluster,
    InputError,
    LintErrors,
    NothingToRead,
    NotProven,
    Reject,
    RuleError,
    backtest_cluster,
    backtest_files,
    build_bundle,
    compile_rules,
    explain_alert,
    explain_event,
    generate_events,
    lint_rules,
    load_rules,
    packaged_rules,
    prove_rules,
    scan_events,
    scan_files,
)
from okta_access.content import fixtures_dir
from okta_access.logs.decode import decode
from okta_access.prove.evidence import RuleEvidence
from tests.builders.backtests import CREATE, DELETE, event, event_rule, log
from tests.builders.cluster_logs import index
from tests.builders.files import write
from tests.builders.own_rules import own_rules

DEMO = fixtures_dir() / "demo" / "week.jsonl"
EVENTS = [event(1, CREATE, 0), event(2, CREATE, 0.5), event(3, DELETE, 30)]


def test_rules_say_what_is_in_force_and_what_is_not(tmp_path: Path) -> None:
    folder = own_rules(tmp_path)
    (folder / "broken.yml").write_text("title: [")
    book = load_rules(folder, tmp_path / "nowhere")
    assert [rule.name for rule in book.rules] == ["alpha", "often"]
    assert [(one.rule, one.reason) for one in book.off] == [("quiet", "it is loud")]
    assert {Path(problem.span.file).name for problem in book.problems} == {"broken.yml"}
    assert [str(one) for one in book.missing] == [f"{tmp_path / 'nowhere'}: no such file or folder"]


def test_own_rules_beside_the_packaged_ones(tmp_path: Path) -> None:
    packaged = load_rules(packaged_rules())
    both = load_rules(own_rules(tmp_path), packaged_rules())
    assert {*both.rules} == {*packaged.rules, *load_rules(tmp_path / "rules").rules}


def test_where_nothing_is_there_is_nothing_to_do(tmp_path: Path) -> None:
    for function in (load_rules, lint_rules):
        with pytest.raises(NothingToRead) as raised:
            function(tmp_path / "a", tmp_path / "b")
        assert raised.value.missing == tuple(
            f"{tmp_path / name}: no such file or folder" for name in "ab"
        )


def test_a_rule_by_its_name_or_why_there_is_none(tmp_path: Path) -> None:
    folder = own_rules(tmp_path)
    (folder / "broken.yml").write_text("title: [")
    book = load_rules(folder)
    quiet = book.named("quiet")
    assert book.named(quiet.meta.id) == quiet
    assert (book.why_off(quiet), book.why_off(book.named("alpha"))) == ("it is loud", None)
    with pytest.raises(InputError, match=r"no rule is named `alpa` \(did you mean alpha\?\)"):
        book.named("alpa")
    with pytest.raises(RuleError, match="its file has problems"):
        book.named("broken")


def test_events_give_the_alerts_of_their_file() -> None:
    book = load_rules()
    events = [decode(line) for line in DEMO.read_bytes().splitlines()]
    assert all(isinstance(one, dict) for one in events)
    of_file = [*scan_files(book, DEMO)]
    of_events = scan_events(book, [e for e in events if isinstance(e, dict)], source=str(DEMO))
    assert of_file
    assert of_file == [*of_events]


def test_a_range_of_time_and_a_level(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    later = start + timedelta(minutes=10)
    assert [a.meta.name for a in scan_events(book, EVENTS)] == ["alpha", "alpha", "often"]
    (only,) = scan_events(book, EVENTS, since=later)
    assert only.events == (EVENTS[1]["uuid"],)
    (first,) = scan_events(book, EVENTS, until=later.replace(tzinfo=None))
    assert first.events == (EVENTS[0]["uuid"],)
    assert {a.meta.name for a in scan_events(book, EVENTS, level=first.level)} == {"alpha", "often"}


def test_what_is_no_event_is_raised_unless_somebody_hears_of_it(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path))
    bad = tmp_path / "log.jsonl"
    bad.write_text('{"eventType": "access.request.create"}\n{\n')
    with pytest.raises(InputError, match=r"log\.jsonl:2.*not JSON"):
        [*scan_files(book, bad, strict=True)]
    with pytest.raises(InputError, match="No such file"):
        [*scan_files(book, tmp_path / "none.jsonl")]
    with pytest.raises(InputError, match=r"events:2:1: eventType is missing"):
        [*scan_events(book, [EVENTS[0], {"eventType": 1}])]
    rejects: list[Reject] = []
    missing: list[InputError] = []
    found = scan_files(
        book, bad, tmp_path / "none", on_reject=rejects.append, on_missing=missing.append
    )
    assert [alert.source[0].line for alert in found] == [1]
    assert ([one.place.line for one in rejects], len(missing)) == ([2], 1)


def test_a_backtest_counts_the_alerts_of_a_scan() -> None:
    book = load_rules()
    report = backtest_files(book, DEMO)
    scanned = Counter(alert.meta.name for alert in scan_files(book, DEMO))
    assert {row.rule: row.total for row in report.counts.rows if row.total} == scanned


def test_a_backtest_against_other_rules_tells_what_differs(tmp_path: Path) -> None:
    log(tmp_path / "log.jsonl", EVENTS)
    now = load_rules(own_rules(tmp_path / "now"))
    before = load_rules(
        write(tmp_path / "old", {"rules/alpha.yml": event_rule(1, "alpha", DELETE)})
    )
    report = backtest_files(now, tmp_path / "log.jsonl", against=before, expect=["alpha=0"])
    assert report.comparison is not None
    assert not report.comparison.verdict.met
    assert [str(one) for one in report.exceeded] == [
        "alpha: at most 0 a day; found 1 (2 in 2 days)"
    ]


def test_alerts_are_explained_by_what_raised_them() -> None:
    book = load_rules()
    for alert in scan_files(book, DEMO):
        found = explain_alert(book, alert.as_dict())
        assert found.holds
        assert (found.rule.name, len(found.events)) == (alert.meta.name, len(alert.events))


def test_a_rule_that_is_off_is_explained_all_the_same(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path))
    found = explain_event(book, "quiet", EVENTS[0])
    assert (found.holds, found.off) == (False, "it is loud")


def test_queries_are_those_of_the_files(tmp_path: Path) -> None:
    made = compile_rules(load_rules(own_rules(tmp_path)), "elastic-lucene", "splunk")
    texts = {(one.target, one.rule): one.text for one in made.translations if one.text}
    assert {rule for _, rule in texts} == {"alpha", "often", "quiet"}
    assert made.files["alpha.lucene"].decode() == f"{texts['elastic-lucene', 'alpha']}\n"
    made.write(tmp_path / "out")
    assert made.differences(tmp_path / "out") == ()
    (tmp_path / "out" / "alpha.spl").unlink()
    assert [(d.name, d.kind) for d in made.differences(tmp_path / "out")] == [
        ("alpha.spl", "missing")
    ]


def test_an_unknown_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no target `splnk`"):
        compile_rules(load_rules(own_rules(tmp_path)), "splnk")


def test_a_proof_tells_each_rule_as_it_is_proven(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path))
    heard: list[tuple[str, int]] = []

    def watch(proven: Iterator[RuleEvidence], number: int) -> Iterator[RuleEvidence]:
        for one in proven:
            heard.append((one.rule, number))
            yield one

    report = prove_rules(book, examples=5, watch=watch)
    assert heard == [("alpha", 3), ("often", 3), ("quiet", 3)]
    assert [one.rule for one in report.failed] == ["often", "quiet"]  # they have no fixtures
    assert not prove_rules(book, examples=5, allow_missing_fixtures=True).failed


def test_generated_events_raise_the_alerts_that_they_say(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path))
    made = generate_events(book, "often", count=4, seed=2)
    found = Counter(alert.meta.name for alert in scan_events(book, made.events))
    assert (found["often"], made.histories) == (made.alerts, 4)
    assert made == generate_events(book, "often", count=4, seed=2)
    with pytest.raises(InputError, match="no kind `mach`"):
        generate_events(book, "often", kinds=["mach"])


def test_no_release_of_what_is_wrong(tmp_path: Path) -> None:
    folder = own_rules(tmp_path)
    with pytest.raises(NotProven) as unproven:
        build_bundle(load_rules(folder / "quiet.yml"))
    assert {problem.code for problem in unproven.value.problems} == {"fixtures"}
    (folder / "alpha.yml").write_text(event_rule(1, "alpha", "access.request.creat"))
    with pytest.raises(LintErrors) as wrong:
        build_bundle(load_rules(folder))
    assert {problem.span.file for problem in wrong.value.problems} == {str(folder / "alpha.yml")}
    with pytest.raises(InputError, match="no such file"):
        build_bundle(load_rules(folder, tmp_path / "none"))


def test_a_release_is_the_same_twice(tmp_path: Path) -> None:
    book = load_rules(own_rules(tmp_path) / "alpha.yml")
    outs = [tmp_path / "a", tmp_path / "b"]
    for out in outs:
        build_bundle(book).write(out)
    first, second = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in outs
    )
    assert Path("manifest.json") in first
    assert first == second


def test_a_cluster_gives_what_the_file_gives(tmp_path: Path, elasticsearch_url: str) -> None:
    book = load_rules(own_rules(tmp_path))
    between = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC))
    file = log(tmp_path / "log.jsonl", EVENTS)
    expected = backtest_files(
        book, file, since=between[0], until=between[1], include_off=True, expect=["alpha=0"]
    )
    with index(elasticsearch_url, EVENTS) as name, Cluster(Access(elasticsearch_url)) as cluster:
        found, left_out = backtest_cluster(
            book,
            cluster,
            indices=[name],
            since=between[0],
            until=between[1],
            include_off=True,
            expect=["alpha=0"],
        )
    assert (found, left_out) == (expected, ())
    assert {row.rule: row.total for row in found.counts.rows} == {
        "alpha": 2,
        "often": 1,
        "quiet": 1,
    }
