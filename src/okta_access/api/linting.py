"""Rules checked: what ``okta-access lint`` finds, as values."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.api.rulebook import AnyPath, packaged_rules
from okta_access.errors import NothingToRead
from okta_access.lint.outcome import Outcome, lint_paths
from okta_access.rules.settings.packs import with_packs


def lint_rules(
    *paths: AnyPath,
    catalog: Iterable[AnyPath] = (),
    settings: AnyPath | None = None,
    extend: bool = True,
    packs: Iterable[str] = (),
) -> Outcome:
    """The findings on the rules of these files and folders, and on the settings for them.

    Without ``paths`` it is the packaged rules, without ``settings`` ``okta-access.toml`` of the
    current folder. Packaged rules that a pack extends are looked at for collisions only.
    ``packs`` are as for :func:`load_rules`; those of the settings are read if ``extend`` is True.
    They are sorted by file and place; ``summary`` holds their numbers, ``missing`` what was named
    and is not there. The outcome is kept in the user's cache until a file changes.

    >>> lint_rules().summary.errors
    0

    Raises:
        NothingToRead: no file was found.
        CatalogError: a catalogue file breaks the form of these.
        InputError: a catalogue file cannot be read.
    """
    chosen = None if settings is None else Path(settings)
    inputs = with_packs(
        [*map(Path, paths)] or [packaged_rules()],
        map(Path, catalog),
        packs,
        chosen,
        whole=extend,
    )
    outcome = lint_paths(inputs.paths, inputs.catalogs, chosen, packaged_rules())
    if not outcome.summary.files:
        raise NothingToRead(outcome.missing)
    return outcome
