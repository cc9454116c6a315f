"""What most commands begin with: the rules, and lines on stderr saying what they are."""

from __future__ import annotations

from pathlib import Path

from okta_access.api.rulebook import RuleBook, load_rules, packaged_rules
from okta_access.cli.loaded import default_paths, missing_told, tell_rules
from okta_access.cli.terminal import Terminal
from okta_access.rules.settings.files import SETTINGS_FILE
from okta_access.rules.settings.tuning import Off, closest

_NAMED_OFF = 2


def open_rules(
    terminal: Terminal,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...] = (),
    settings_file: Path | None = None,
    *,
    extend: bool = True,
) -> RuleBook:
    """Load everything and say on stderr what was loaded, what is off and what is broken.

    Broken rules are named and left out; an input that is missing is named, and the rest is used.
    Raises :class:`InputError` where nothing is left.
    """
    rules = read_rules(terminal, paths, catalog_files, settings_file, extend=extend)
    for name in () if paths else rules.unknown:  # a part of the rules: the others are not loaded
        close = closest(name, rules.loaded)
        hint = f"; did you mean {close}?" if close else ""
        terminal.warning(f"the settings name a rule that is not loaded: {name}{hint}")
    for problem in rules.problems:
        terminal.error(str(problem))
    _name_off(terminal, rules.off)
    if rules.tuned.filters_off:
        names = ", ".join(rules.tuned.filters_off)
        terminal.note(f"filters that are off, or whose list is empty: {names}")
    return rules


def read_rules(
    terminal: Terminal,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...] = (),
    settings_file: Path | None = None,
    *,
    extend: bool = True,
) -> RuleBook:
    """The rules of these paths, or the default ones; names what was read on stderr.

    The default ones are those of a pack with those that it extends, unless ``extend`` is False.
    """
    chosen = paths or default_paths()
    with missing_told(terminal):
        rules = load_rules(
            *chosen, catalog=catalog_files, settings=settings_file, extend=extend and not paths
        )
    for missing in rules.missing:
        terminal.error(str(missing))
    pack = rules.settings.pack
    extends = pack is not None and pack.extends is not None
    tell_rules(
        terminal,
        (*chosen, *((packaged_rules(),) if extends and extend and not paths else ())),
        len(rules.loaded.rules),
        len(rules.loaded.correlations),
    )
    if not paths and not extends and chosen[0].resolve() != packaged_rules():
        terminal.note(
            'the packaged rules were not read; to add them, write `extends = "packaged"` under'
            f" [pack] in {SETTINGS_FILE} (okta-access init does)"
        )
    return rules


def exit_code(rules: RuleBook) -> int:
    """What the inputs alone call for: 2 where one is missing, 1 where a rule is broken, else 0."""
    return 2 if rules.missing else int(bool(rules.problems))


def _name_off(terminal: Terminal, off: tuple[Off, ...]) -> None:
    """Few with their reasons; many in one line, for the reasons are the same on every run."""
    if len(off) <= _NAMED_OFF:
        for one in off:
            terminal.note(f"off: {one.rule}: {one.reason}")
        return
    names = ", ".join(one.rule for one in off[:_NAMED_OFF])
    more = len(off) - _NAMED_OFF
    terminal.note(f"off: {len(off)} rules ({names} and {more} more); why: okta-access list --off")
