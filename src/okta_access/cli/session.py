"""What most commands begin with: catalogue, rules and settings, and a line saying what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.cli.loaded import tell_rules
from okta_access.cli.terminal import Terminal
from okta_access.content import default_rules
from okta_access.rules.collection import RuleSet, lies_beside, load_rules
from okta_access.rules.settings.files import Settings, load_settings, settings_files
from okta_access.rules.settings.tuning import Off, Tuned, closest, tune

_NAMED_OFF = 2


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
    _name_off(terminal, tuned.off)
    if tuned.filters_off:
        terminal.note(
            f"filters that are off, or whose list is empty: {', '.join(tuned.filters_off)}"
        )
    code = 2 if rules.missing else 1 if rules.problems else 0
    return Session(catalog, rules, settings, tuned, code)


def _name_off(terminal: Terminal, off: tuple[Off, ...]) -> None:
    """Few with their reasons; many in one line, for the reasons are the same on every run."""
    if len(off) <= _NAMED_OFF:
        for one in off:
            terminal.note(f"off: {one.rule}: {one.reason}")
        return
    names = ", ".join(one.rule for one in off[:_NAMED_OFF])
    more = len(off) - _NAMED_OFF
    terminal.note(f"off: {len(off)} rules ({names} and {more} more); why: okta-access list --off")


def read_rules(terminal: Terminal, paths: tuple[Path, ...], catalog: Catalog) -> RuleSet:
    """The rules of these paths, or the default ones; names what was read on stderr."""
    chosen = paths or (default_rules(),)
    rules = load_rules(chosen, catalog)
    tell_rules(
        terminal,
        chosen,
        files=len(rules.files),
        rules=len(rules.rules),
        correlations=len(rules.correlations),
        missing=map(str, rules.missing),
    )
    return rules
