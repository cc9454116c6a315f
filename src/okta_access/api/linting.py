"""Rules checked: what ``okta-access lint`` finds, as values."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.api.rulebook import AnyPath, packaged_rules
from okta_access.errors import NothingToRead
from okta_access.lint.outcome import Outcome, lint_paths


def lint_rules(
    *paths: AnyPath, catalog: Iterable[AnyPath] = (), settings: AnyPath | None = None
) -> Outcome:
    """The findings on the rules of these files and folders, and on the settings for them.

    Without ``paths`` it is the packaged rules, without ``settings`` ``okta-access.toml`` of the
    current folder. Packaged rules that a pack extends are looked at for collisions only.
    They are sorted by file and place; ``summary`` holds their numbers, ``missing`` what was named
    and is not there. The outcome is kept in the user's cache until a file changes.

    >>> lint_rules().summary.errors
    0

    Raises:
        NothingToRead: no file was found.
        CatalogError: a catalogue file breaks the form of these.
        InputError: a catalogue file cannot be read.
    """
    outcome = lint_paths(
        (*map(Path, paths),) or (packaged_rules(),),
        tuple(Path(file) for file in catalog),
        None if settings is None else Path(settings),
        packaged_rules(),
    )
    if not outcome.summary.files:
        raise NothingToRead(outcome.missing)
    return outcome
