"""Options that name a cluster, and counting on it for ``okta-access backtest --elasticsearch``.

Secrets come from the environment, a file or a prompt. They are no options, for what stands on a
command line is seen by everyone on the machine and kept in the history of the shell.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from okta_access.api.backtesting import Backtest
from okta_access.api.cluster import Question, question
from okta_access.backtest.on_cluster.counts import ClusterCounts, LeftOut, Seen
from okta_access.backtest.report import Report
from okta_access.catalog.times import time_text
from okta_access.cli import options
from okta_access.cli.terminal import Terminal
from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.errors import InputError, Span
from okta_access.scan.tally import TimeRange

API_KEY = "OKTA_ACCESS_ES_API_KEY"
PASSWORD = "OKTA_ACCESS_ES_PASSWORD"  # noqa: S105 - the name of a variable

_FILE = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option(
        "--elasticsearch",
        "url",
        metavar="URL",
        help="Count on this cluster instead, by the compiled queries: https://HOST:PORT.",
    ),
    click.option(
        "--index",
        "indices",
        multiple=True,
        metavar="PATTERN",
        help="Where the cluster keeps Okta's logs (may be repeated); default: the settings'.",
    ),
    click.option(
        "--api-key-file",
        type=_FILE,
        metavar="FILE",
        help=f"A file that holds an API key; or set {API_KEY}.",
    ),
    click.option(
        "--user",
        metavar="NAME",
        help=f"Log in with a password: {PASSWORD}, else you are asked for it.",
    ),
    click.option(
        "--ca-certs",
        type=_FILE,
        metavar="FILE",
        help="The authority that signed the cluster's certificate (PEM).",
    ),
    click.option(
        "--fingerprint",
        metavar="SHA256",
        help="Or the SHA-256 of that authority, as Elasticsearch shows it when it first starts.",
    ),
    click.option("--insecure", is_flag=True, help="Believe any certificate; not for real logs."),
    options.timeout,
    options.retries,
)


@dataclass(frozen=True, slots=True)
class Remote:
    """A cluster that was named, and its index patterns where they are not the settings'."""

    access: Access
    indices: tuple[str, ...]


def cluster_options(command: Callable[..., int]) -> Callable[..., int]:
    """Adds the options; the command gets them as ``remote``, None where no cluster is named."""

    @functools.wraps(command)
    def gathered(
        *arguments: Any,
        url: str | None,
        indices: tuple[str, ...],
        api_key_file: Path | None,
        user: str | None,
        ca_certs: Path | None,
        fingerprint: str | None,
        insecure: bool,
        timeout: float,
        retries: int,
        **others: Any,
    ) -> int:
        chosen = (indices, api_key_file, user, ca_certs, fingerprint, insecure)
        if url is None:
            if any(chosen):
                raise click.UsageError("without --elasticsearch there is no cluster to reach")
            return command(*arguments, remote=None, **others)
        if api_key_file is not None and user is not None:
            raise click.UsageError("--api-key-file and --user exclude each other")
        if sum((ca_certs is not None, fingerprint is not None, insecure)) > 1:
            raise click.UsageError("--ca-certs, --fingerprint and --insecure exclude one another")
        api_key = None if user is not None else _api_key(api_key_file)
        access = Access(
            url,
            api_key,
            user,
            None if user is None else _password(user),
            ca_certs,
            fingerprint,
            not insecure,
            timeout,
            retries,
        )
        return command(*arguments, remote=Remote(access, indices), **others)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def counted(
    terminal: Terminal, backtest: Backtest, range_: TimeRange, remote: Remote
) -> tuple[Report, tuple[LeftOut, ...]]:
    """The report of the cluster, and the rules that could not be counted; tells what is asked.

    Raises :class:`~okta_access.errors.InputError` and :class:`~okta_access.errors.EngineError`.
    """
    asked = question(backtest, range_, remote.indices)
    _warn(terminal, remote.access)
    with Cluster(remote.access) as cluster:
        where = ", ".join(asked.job.settings.elastic.index)
        since, until = time_text(asked.since), time_text(asked.until)
        terminal.note(f"cluster: {where} at {cluster.place}, {since} to {until}")
        found = _counted(terminal, cluster, asked)
    _tell_seen(terminal, found.seen)
    for one in found.left_out:
        terminal.error(f"not counted: {one.rule}: {one.reason}")
    return asked.report(found), found.left_out


def _counted(terminal: Terminal, cluster: Cluster, asked: Question) -> ClusterCounts:
    if not terminal.progress():
        return asked.ask(cluster)
    names = asked.backtest.plan.now.selection.names
    bar: Any
    with click.progressbar(
        length=len(names),
        label="counting",
        file=sys.stderr,
        item_show_func=lambda name: name,
    ) as bar:

        def begins(name: str) -> None:
            bar.update(int(name != names[0]), name)

        found = asked.ask(cluster, begins)
        bar.update(1)
    return found


def _tell_seen(terminal: Terminal, seen: Seen) -> None:
    if seen.first is None or seen.last is None:
        terminal.warning(
            "the cluster holds no event of a type that the catalogue knows, at that time"
        )
        return
    first, last = time_text(seen.first * 1000), time_text(seen.last * 1000)
    terminal.note(f"documents: {seen.documents:,} of the catalogue's types, from {first} to {last}")


def _warn(terminal: Terminal, access: Access) -> None:
    if not access.verify:
        terminal.warning("--insecure: whoever sits between here and the cluster can read all of it")
    if access.secret and not access.encrypted:
        terminal.warning("credentials go over http, readable for everyone on the way")


def _api_key(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(API_KEY, "").strip() or None
    span = Span.whole(str(file))
    try:
        key = file.read_text("utf-8").strip()
    except OSError as error:
        raise InputError(error.strerror or str(error), span=span) from error
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text", span=span) from error
    if not key or len(key.split()) != 1:
        raise InputError("expected an API key and nothing else", span=span)
    return key


def _password(user: str) -> str:
    given = os.environ.get(PASSWORD)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise InputError(f"there is no password for {user}", hint=f"set {PASSWORD}")
    answer: str = click.prompt(f"password of {user}", hide_input=True, err=True)
    return answer
