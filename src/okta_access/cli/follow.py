"""``okta-access scan --follow``: its options, and what runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from okta_access.cli.rejects import Rejects
from okta_access.cli.terminal import Terminal
from okta_access.logs.reading import Reading
from okta_access.rules.timespans import seconds_of
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan

LATENESS = 300_000_000
"""Microseconds that stragglers are given where the user says nothing else."""


def lateness_of(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """A length of time such as 5m, in microseconds."""
    if text is None:
        return None
    seconds = seconds_of(text)
    if seconds is None:
        raise click.BadParameter("expected a length of time such as 30s, 5m, 1h or 2d")
    return seconds * 1_000_000


def check_follow(
    files: tuple[str, ...],
    *,
    follow: bool,
    lateness: int | None,
    group_by: str | None,
    sort: str | None,
    jobs: int,
    report: Path | None,
) -> None:
    """Raise :class:`click.UsageError` for options that do not go together."""
    if not follow:
        if lateness is not None:
            raise click.UsageError("--lateness is for --follow; over files no event is late")
        return
    if len(files) != 1:
        raise click.UsageError("--follow takes one stream: - or a named pipe")
    if group_by is not None:
        raise click.UsageError("--group-by tells at the end, and a followed stream may have none")
    if sort == "time":
        raise click.UsageError("--sort time tells at the end, and a followed stream may have none")
    if report is not None:
        raise click.UsageError("--report tells at the end, and a followed stream may have none")
    if jobs != 1:
        raise click.UsageError("--jobs is for files; a stream is read by one process")


def follow_stream(
    terminal: Terminal,
    scan: Scan,
    name: str,
    lateness: int | None,
    write: Callable[[Alert], None],
    notes: Rejects,
    reading: Reading,
) -> bool:
    """Follow a stream to its end, or to Ctrl-C: then the answer is True.

    Raises :class:`~okta_access.errors.InputError` for what cannot be followed.
    """
    import signal

    from okta_access.cli.out_of_order import OutOfOrder
    from okta_access.logs.arrivals import Stop
    from okta_access.scan.follow import Follower, open_stream

    out_of_order = OutOfOrder(terminal)
    with Stop() as stop, open_stream(name) as descriptor:
        late = LATENESS if lateness is None else lateness
        follower = Follower(
            scan, name, late, write, notes.on_reject, out_of_order.tell, reading=reading
        )
        follower.follow(descriptor, stop, _reader())
    out_of_order.summary()
    return stop.asked == signal.SIGINT


def _reader() -> int | None:
    """The descriptor that alerts are written to, where there is one."""
    try:
        return sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):  # closed by the shell, or no file at all
        return None
