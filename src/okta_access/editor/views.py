"""What the code lenses show: a rule judged on its fixture, and as each target says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okta_access import __version__
from okta_access.catalog.model import Catalog
from okta_access.compile.model import Job
from okta_access.compile.registry import target
from okta_access.editor.judging import Buffers
from okta_access.editor.projects import Project
from okta_access.errors import Problem
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.correlations.explain import explain_correlation
from okta_access.matching.events import evaluate
from okta_access.matching.explained import Explainer
from okta_access.prove.fixtures import fixture_of
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.fixtures import Case
from okta_access.rules.model import EventRule, Rule
from okta_access.rules.reading.file_reads import unsaved
from okta_access.rules.settings.files import Settings, load_settings, settings_files
from okta_access.rules.settings.tuning import as_written, tune

_QUERIES = ("splunk", "elastic-lucene", "elastic-eql", "elastic-esql")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The rules of one file, with everything that holds for them."""

    rules: RuleSet
    settings: Settings
    catalog: Catalog


def explained_on_fixture(project: Project, file: Path, buffers: Buffers) -> str:
    """Every rule of a file on every case of its fixture, as it is written, part by part.

    Raises :class:`SettingsError`, :class:`CatalogError` and :class:`InputError`.
    """
    with unsaved(buffers):
        loaded = _load(project, file)
        written = as_written(loaded.rules, loaded.settings, loaded.catalog)
        lines = [*_problems(loaded.rules.problems)]
        for rule in written.all_rules:
            lines += [*_on_fixture(rule, written, loaded.catalog), ""]
        asleep = {one.name for one in loaded.rules.all_rules}
        asleep -= {one.name for one in written.all_rules}
        lines += [f"{name}: its list is empty, in the fixture and the settings" for name in asleep]
        return "\n".join(lines) + "\n"


def compiled_text(project: Project, file: Path, buffers: Buffers) -> str:
    """Every rule of a file in each query language, or why it is refused there.

    Raises :class:`SettingsError`, :class:`CatalogError` and :class:`InputError`.
    """
    with unsaved(buffers):
        loaded = _load(project, file)
        tuned = tune(loaded.rules, loaded.settings, loaded.catalog)
        pack = loaded.settings.pack
        version = __version__ if pack is None else pack.version
        job = Job(tuned.shipped, loaded.settings, loaded.catalog, version)
        lines = [*_problems(loaded.rules.problems)]
        lines += [f"{one.rule}: off: {one.reason}" for one in tuned.off]
        for name in _QUERIES:
            for made in target(name).compile(job).translations:
                note = f": {made.note}" if made.note else ""
                lines += ["", f"== {made.rule} · {name} · {made.verdict}{note}"]
                lines += ["", made.text.rstrip("\n")] if made.text is not None else []
        return "\n".join(lines).lstrip("\n") + "\n"


def _load(project: Project, file: Path) -> _Loaded:
    catalog = project.catalog(file)
    rules = load_rules([file], catalog, project.packaged)
    settings = load_settings(settings_files(rules.files, project.settings))
    return _Loaded(rules, settings, catalog)


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    yield from map(str, problems)


def _on_fixture(rule: Rule, rules: RuleSet, catalog: Catalog) -> Iterator[str]:
    yield f"{rule.name}  {rule.meta.title}"
    fixture = fixture_of(rule, catalog)
    if isinstance(fixture, OSError):
        yield f"no fixture: {fixture.strerror}"
        return
    yield fixture.file
    yield from _problems(fixture.problems)
    for case in fixture.cases:
        aim = "match" if case.matches else "miss"
        yield ""
        yield f"{case.span.line}: {aim}: {case.why.strip()}"
        yield from (f"    {line}" for line in _case(rule, case, rules, catalog))


def _case(rule: Rule, case: Case, rules: RuleSet, catalog: Catalog) -> Iterator[str]:
    explainer = Explainer()
    if isinstance(rule, EventRule):
        for event in case.events:
            yield from explainer.event_rule(rule, evaluate.explain(rule.expr, event, catalog))
        return
    bases = rules.referenced(rule)
    fired = find_alerts(rule, bases, list(case.events), catalog)
    yield f"alerts: {len(fired)} of {case.alerts} expected"
    yield from explainer.firing(rule, fired)
    counted = [explain_correlation(rule, bases, one, catalog) for one in case.events]
    count = sum(part.missing is None for part in counted)
    yield f"{count} of {len(counted)} events count"
