"""What most commands begin with: the rules, and lines on stderr saying what they are."""

from __future__ import annotations

from pathlib import Path

from okta_access.api.rulebook import RuleBook, load_rules, packaged_rules
from okta_access.cli.loaded import default_paths, missing_told, tell_rules
from okta_access.cli.terminal import Terminal
from okta_access.rules.settings.files import SETTINGS_FILE
from okta_access.rules.settings.packs import pack_folder
from okta_access.rules.settings.tuning import Off, closest

_NAMED_OFF = 2


def open_rules(
    terminal: Terminal,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...] = (),
    settings_file: Path | None = None,
    *,
    extend: bool | None = None,
    packs: tuple[str, ...] = (),
) -> RuleBook:
    """Load everything and say on stderr what was loaded, what is off and what is broken.

    Broken rules are named and left out; an input that is missing is named, and the rest is used.
    Raises :class:`InputError` where nothing is left.
    """
    rules = read_rules(terminal, paths, catalog_files, settings_file, extend=extend, packs=packs)
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
    extend: bool | None = None,
    packs: tuple[str, ...] = (),
) -> RuleBook:
    """The rules of these paths, or the default ones; names what was read on stderr.

    ``extend`` says whether those that a pack extends are read too, and the packs of the settings;
    None: with the default ones.
    """
    chosen = paths or default_paths()
    whole = not paths if extend is None else extend
    with missing_told(terminal):
        rules = load_rules(
            *chosen, catalog=catalog_files, settings=settings_file, extend=whole, packs=packs
        )
    for missing in rules.missing:
        terminal.error(str(missing))
    ours = packaged_rules()
    own = chosen[0].resolve() != ours
    added = own and any(Path(file).is_relative_to(ours) for file in rules.loaded.files)
    event_rules, correlations = len(rules.loaded.rules), len(rules.loaded.correlations)
    wanted = dict.fromkeys((*packs, *(rules.settings.packs if whole else ())))
    read = (*chosen, *([ours] if added else []), *map(pack_folder, wanted))
    tell_rules(terminal, read, event_rules, correlations)
    if own and not added and not paths and whole:
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
