"""What was loaded, in a line on stderr."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from okta_access.cli.terminal import Terminal
from okta_access.content import default_rules
from okta_access.errors import NothingToRead


def default_paths() -> tuple[Path, ...]:
    """What is read where the user names nothing: ``./rules``, else the packaged rules."""
    return (default_rules(),)


@contextmanager
def missing_told(terminal: Terminal) -> Iterator[None]:
    """Name each input that is not there, where none is; the error goes on."""
    try:
        yield
    except NothingToRead as error:
        for one in error.missing:
            terminal.error(one)
        raise


def tell_rules(terminal: Terminal, paths: Iterable[Path], rules: int, correlations: int) -> None:
    """Say how many rules were read from where."""
    where = ", ".join(str(path) for path in paths)
    events = f"{rules} event rule{'' if rules == 1 else 's'}"
    joined = f"{correlations} correlation{'' if correlations == 1 else 's'}"
    terminal.note(f"rules: {events} and {joined} from {where}")
