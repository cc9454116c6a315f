"""What most commands begin with: catalogue, rules and settings, and a line saying what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError
from okta_access.rules.collection import RuleSet, default_rules, lies_beside, load_rules
from okta_access.rules.settings import Settings, load_settings, settings_files
from okta_access.rules.tuning import Tuned, closest, tune


@dataclass(frozen=True, slots=True)
class Session:
    """Everything a command works on. ``exit_code`` is what the inputs alone call for."""

    catalog: Catalog
    rules: RuleSet
    settings: Settings
    tuned: Tuned
    exit_code: int


def open_session(
    terminal: Terminal,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...] = (),
    settings_file: Path | None = None,
) -> Session:
    """Load everything and say on stderr what was loaded, what is off and what is broken.

    Broken rules are named and left out; an input that is missing is named, and the rest is used.
    Raises :class:`InputError` where nothing is left.
    """
    catalog = load_catalog(catalog_files)
    rules = read_rules(terminal, paths, catalog)
    settings = load_settings(settings_files(rules.files, settings_file))
    tuned = tune(rules, settings, catalog)
    for name in () if paths else tuned.unknown:  # a part of the rules: the others are not loaded
        if lies_beside(rules.files, name):
            continue
        close = closest(name, rules)
        hint = f"; did you mean {close}?" if close else ""
        terminal.warning(f"the settings name a rule that is not loaded: {name}{hint}")
    for problem in rules.problems:
        terminal.error(str(problem))
    for off in tuned.off:
        terminal.note(f"off: {off.rule}: {off.reason}")
    if tuned.filters_off:
        terminal.note(
            f"filters that are off, or whose list is empty: {', '.join(tuned.filters_off)}"
        )
    code = 2 if rules.missing else 1 if rules.problems else 0
    return Session(catalog, rules, settings, tuned, code)


def read_rules(terminal: Terminal, paths: tuple[Path, ...], catalog: Catalog) -> RuleSet:
    """The rules of these paths, or the default ones; names what was read on stderr."""
    chosen = paths or (default_rules(),)
    rules = load_rules(chosen, catalog)
    for missing in rules.missing:
        terminal.error(str(missing))
    if not rules.files:
        raise InputError(
            "nothing to read: no rule file was found",
            hint="name a rule file, or a folder that holds some",
        )
    where = ", ".join(str(path) for path in chosen)
    terminal.note(
        f"rules: {len(rules.rules)} event rules and {len(rules.correlations)} "
        f"correlations from {where}"
    )
    return rules
