"""What was loaded, in a line on stderr."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError


def tell_rules(
    terminal: Terminal,
    paths: Iterable[Path],
    *,
    files: int,
    rules: int,
    correlations: int,
    missing: Iterable[str],
) -> None:
    """Name what is missing, and how many rules were read from where.

    Raises :class:`InputError` where no file was found.
    """
    for one in missing:
        terminal.error(one)
    if not files:
        raise InputError(
            "nothing to read: no rule file was found",
            hint="name a rule file, or a folder that holds some",
        )
    where = ", ".join(str(path) for path in paths)
    terminal.note(f"rules: {rules} event rules and {correlations} correlations from {where}")
