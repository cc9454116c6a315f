"""Rules proven: on their fixtures, on generated events and mutants, and on engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack

from okta_access import __version__
from okta_access.api.rulebook import RuleBook
from okta_access.compile.model import Job
from okta_access.prove.evidence import Report, RuleEvidence
from okta_access.prove.oracles.base import Oracle
from okta_access.prove.oracles.registry import open_engine, shown
from okta_access.prove.run import DEFAULT_EXAMPLES, Options, prove
from okta_access.rules.settings.tuning import as_written

Watch = Callable[[Iterator[RuleEvidence], int], Iterable[RuleEvidence]]
"""Stands between the rules as they are proven and the report, and knows how many there are."""


def prove_rules(
    rules: RuleBook,
    *,
    seed: int = 0,
    examples: int = DEFAULT_EXAMPLES,
    allow_missing_fixtures: bool = False,
    engines: Sequence[str] = (),
    watch: Watch | None = None,
    jobs: int = 1,
) -> Report:
    """The evidence of each rule, as it is written: the settings' lists count, nothing else of them.

    Args:
        rules: what is to be proven, rules that are off included.
        seed: another seed, other events.
        examples: how many events of each main kind, or histories of a correlation.
        allow_missing_fixtures: a rule without a fixture does not fail.
        engines: further judges, ``NAME=ADDRESS`` as ``okta-access test --engine`` takes them.
        watch: is handed the rules as they are proven, and their number; for a progress bar.
        jobs: how many processes prove; the evidence is the same. With ``engines`` it is one.

    >>> from okta_access.api.rulebook import load_rules, packaged_rules
    >>> report = prove_rules(load_rules(packaged_rules() / "detection" / "review"), examples=5)
    >>> report.failed
    ()

    Raises:
        InputError: an engine is not known.
        EngineError: an engine cannot be reached, or does not run what it is given.
    """
    written = as_written(rules.loaded, rules.settings, rules.catalog)
    job = Job(written, rules.settings, rules.catalog, __version__)
    options = Options(seed, examples, allow_missing_fixtures)
    with ExitStack() as stack:
        oracles: list[Oracle] = []
        for spec in engines:
            oracles += stack.enter_context(open_engine(spec, job))
        proven = prove(written, rules.catalog, options, oracles, jobs)
        found = tuple(watch(proven, len(written.all_rules)) if watch else proven)
        versions = tuple((oracle.name, oracle.version) for oracle in oracles)
    return Report(seed, examples, found, versions, tuple(map(shown, engines)))
