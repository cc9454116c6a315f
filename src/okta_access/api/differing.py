"""Two versions of rules compared: meaning, words, alerts and compiled texts."""

from __future__ import annotations

from collections.abc import Callable
from os import fspath
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from okta_access.api.backtesting import backtest_files
from okta_access.api.compiling import compile_rules
from okta_access.api.locking import meanings_of
from okta_access.api.rulebook import AnyPath, RuleBook
from okta_access.api.scanning import refuse, refuse_missing
from okta_access.backtest.report import Report
from okta_access.company.corpora import DAYS, PEOPLE, benign_month
from okta_access.difference.compare import Version, changed_rules
from okta_access.difference.model import Difference
from okta_access.errors import InputError
from okta_access.logs.rejects import Reject
from okta_access.rules.collection import RuleSet
from okta_access.rules.settings.tuning import tune

TARGETS = ("splunk", "elastic-esql", "elastic-eql", "elastic-lucene")
MONTH = f"a made-up company's month ({PEOPLE} people)"


def diff_rules(
    before: RuleBook,
    after: RuleBook,
    *logs: AnyPath,
    base: str = "the earlier version",
    targets: tuple[str, ...] = TARGETS,
    on_reject: Callable[[Reject], None] = refuse,
    on_missing: Callable[[InputError], None] = refuse_missing,
) -> Difference:
    """What differs between two versions of rules, in every rule from level low on that has alerts.

    ``logs`` are files as for :func:`~okta_access.api.backtesting.backtest_files`, on which both
    versions are run, rules that are off too; without any it is a generated month without an
    intruder. ``base`` names the earlier version. Raises what compiling and backtesting raise.
    """
    report = _backtest(before, after, logs, on_reject, on_missing)
    assert report.comparison is not None  # there is a version to compare with
    rules = changed_rules(_version(before, targets), _version(after, targets), report.comparison)
    log = ", ".join(str(fspath(file)) for file in logs) or MONTH
    return Difference(base, log, len(report.counts.days), rules)


def empty_like(rules: RuleBook) -> RuleBook:
    """No rules, where the earlier version had none yet."""
    nothing = RuleSet((), (), (), (), (), ())
    tuned = tune(nothing, rules.settings, rules.catalog)
    return RuleBook(rules.catalog, rules.settings, nothing, tuned)


def _version(rules: RuleBook, targets: tuple[str, ...]) -> Version:
    off = frozenset(one.rule for one in rules.off)
    texts = compile_rules(rules, *targets).translations
    return Version(rules.loaded, off, meanings_of(rules.loaded), texts)


def _backtest(
    before: RuleBook,
    after: RuleBook,
    logs: tuple[AnyPath, ...],
    on_reject: Callable[[Reject], None],
    on_missing: Callable[[InputError], None],
) -> Report:
    with TemporaryDirectory() as scratch:
        return backtest_files(
            after,
            *(logs or (_month(after, Path(scratch)),)),
            include_off=True,
            against=before,
            changes=0,
            on_reject=on_reject,
            on_missing=on_missing,
        )


def _month(rules: RuleBook, scratch: Path) -> Path:
    file = scratch / "month.jsonl"
    events = benign_month(rules.catalog, people=PEOPLE, days=DAYS)
    file.write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in events))
    return file
