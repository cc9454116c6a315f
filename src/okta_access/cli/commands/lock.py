"""``okta-access lock``: what each rule means, written down, so that a change of it is seen."""

from __future__ import annotations

from pathlib import Path

import click

from okta_access.api.locking import Locking, lock_rules
from okta_access.cli import options
from okta_access.cli.terminal import Terminal
from okta_access.errors import RuleError
from okta_access.rules.lock.compare import Changed, Fault

_FOUND = 1


@click.command("lock", short_help="Write down what each rule means; a change raises its version.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("rules"))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where the lock is stale.")
@click.option("--bump", is_flag=True, help="Raise `version` of the rules whose meaning changed.")
@options.settings
@click.pass_obj
def command(
    terminal: Terminal, *, folder: Path, check: bool, bump: bool, settings_file: Path | None
) -> int:
    """Write rules.lock, beside FOLDER (./rules): a line a rule, with its version and its meaning.

    A rule whose meaning changed needs a higher `version` in its file; a change of words does not.
    Rules that are gone stay in the lock as retired, so that their ids are not used again.

    Exit codes: 0 the lock is written (--check: it is up to date); 1 a version must rise, an id is
    used again, or a rule is broken (--check: or the lock is stale); 2 could not run.
    """
    if check and bump:
        raise click.UsageError("--check and --bump exclude each other")
    try:
        found = lock_rules(folder, settings=settings_file)
        if bump and _raised(terminal, found):
            found = lock_rules(folder, settings=settings_file)
    except RuleError as error:
        for problem in error.problems:
            terminal.error(str(problem))
        raise
    for one in found.unlockable:
        terminal.error(f"{one.meta.file}: {one}")
    for change in found.changes:
        terminal.result(_line(change))
    stale = found.stale
    if check or found.unlockable:
        if stale:
            terminal.error(f"{found.path} is stale: okta-access lock writes it")
        return _FOUND if stale or found.unlockable else 0
    found.write()
    terminal.note(f"{found.path}: {len(found.after.rules)} rules")
    return 0


def _raised(terminal: Terminal, found: Locking) -> bool:
    """Whether versions were raised in files."""
    from okta_access.lint.versions import raise_versions

    wanted = [one for one in found.unlockable if one.fault is Fault.UNRAISED]
    count = raise_versions((o.meta.file, o.meta.id, o.before.version + 1) for o in wanted)
    if count:
        terminal.note(f"raised the versions of {count} rules")
    return bool(count)


def _line(change: Changed) -> str:
    old, new = change.before, change.after
    if old is None or new is None or old.version == new.version:
        was = f" (was {old.name})" if old and new and old.name != new.name else ""
        return f"{change.kind.value}: {change.name}{was}"
    return f"{change.kind.value}: {change.name}: version {old.version} to {new.version}"
