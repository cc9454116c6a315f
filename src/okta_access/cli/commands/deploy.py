"""``okta-access deploy``: rules brought onto a SIEM, or compared with what it holds."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from okta_access.api.deploying import Delivery, to_kibana, to_splunk, to_splunk_cloud
from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.deploy.access import Access, secret_of
from okta_access.deploy.apply import apply as carry_out
from okta_access.deploy.errors import SiemError
from okta_access.deploy.plan import Change, Plan
from okta_access.deploy.plan import plan as make_plan
from okta_access.deploy.reports import json, text

KIBANA_KEY = "OKTA_ACCESS_KIBANA_API_KEY"
SPLUNK_TOKEN = "OKTA_ACCESS_SPLUNK_TOKEN"  # noqa: S105 - the name of a variable
APPINSPECT_TOKEN = "OKTA_ACCESS_APPINSPECT_TOKEN"  # noqa: S105 - the name of a variable

_DIFFERS = 1
_STOPPED = 2
_FILE = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option("--kibana", metavar="URL", help="The Kibana to bring rules to."),
    click.option(
        "--space",
        default="default",
        show_default=True,
        metavar="ID",
        help="The space of Kibana.",
    ),
    click.option(
        "--audit",
        is_flag=True,
        help="Kibana: add the audit rules too, as building blocks.",
    ),
    click.option(
        "--splunk",
        metavar="URL",
        help="Or the Splunk Enterprise to bring searches to, by its management port.",
    ),
    click.option(
        "--splunk-cloud",
        "cloud",
        metavar="URL",
        help="Or the stack of Splunk Cloud to bring the app to: https://admin.splunk.com/STACK.",
    ),
    click.option(
        "--secret-file",
        type=_FILE,
        metavar="FILE",
        help="A file of yours alone (mode 0600) with Kibana's API key or Splunk's token; or set "
        f"{KIBANA_KEY} or {SPLUNK_TOKEN}.",
    ),
    click.option(
        "--ca-file",
        type=_FILE,
        metavar="FILE",
        help="The authority that signed the server's certificate (PEM).",
    ),
    options.timeout,
    options.retries,
    click.option(
        "--delete",
        is_flag=True,
        help="Delete what is no longer shipped, instead of switching it off.",
    ),
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
    ),
    options.catalog,
    options.packs,
    options.settings,
)


_WRITING = (
    click.option(
        "--acs-legal-ack",
        "acknowledged",
        is_flag=True,
        help="Splunk Cloud: I take note of Splunk's disclaimer for apps that it does not support.",
    ),
    click.option(
        "--appinspect-file",
        type=_FILE,
        metavar="FILE",
        help="Splunk Cloud: a file (mode 0600) with the token of a login to splunk.com; or set "
        f"{APPINSPECT_TOKEN}.",
    ),
)


@click.group("deploy")
def command() -> None:
    """Bring the rules onto Kibana or Splunk, or compare.

    Written after the references of both, tested against small servers that hold to them, and NOT
    RUN ON A REAL KIBANA OR SPLUNK: try it on a staging system first (docs/deploy.md).

    The rules are ./rules where it exists, else those that came with the package, as
    ./okta-access.toml tunes them. New ones arrive switched off. What an admin chose stays: what
    is on, exceptions, actions, filter macros; so do other people's rules.
    """


def _delivered(function: Callable[..., int]) -> Callable[..., int]:
    """Adds the options; the function gets the SIEM and what is shipped as ``delivery``."""
    return _gathered(function, writes=False)


def _delivered_to_write(function: Callable[..., int]) -> Callable[..., int]:
    """As :func:`_delivered`, with the options of a command that writes."""
    return _gathered(function, writes=True)


def _gathered(function: Callable[..., int], *, writes: bool) -> Callable[..., int]:
    @functools.wraps(function)
    def gathered(
        terminal: Terminal,
        *,
        kibana: str | None,
        splunk: str | None,
        cloud: str | None,
        space: str,
        audit: bool,
        secret_file: Path | None,
        ca_file: Path | None,
        timeout: float,
        retries: int,
        catalog_files: tuple[Path, ...],
        packs: tuple[str, ...],
        settings_file: Path | None,
        acknowledged: bool = False,
        appinspect_file: Path | None = None,
        **others: Any,
    ) -> int:
        url = kibana or splunk or cloud
        if url is None or [kibana, splunk, cloud].count(None) != 2:
            raise click.UsageError("name one of --kibana, --splunk and --splunk-cloud")
        if not kibana and (audit or space != "default"):
            raise click.UsageError("--space and --audit are Kibana's")
        if not cloud and (acknowledged or appinspect_file):
            raise click.UsageError("--acs-legal-ack and --appinspect-file are Splunk Cloud's")
        if cloud and others["delete"]:
            raise click.UsageError("on Splunk Cloud --delete has nothing to delete")
        if cloud and writes and not acknowledged:
            raise click.UsageError("on Splunk Cloud apply needs --acs-legal-ack (docs/deploy.md)")
        inspected = None
        if cloud and writes:
            inspected = secret_of(os.environ, APPINSPECT_TOKEN, appinspect_file)
        secret = secret_of(os.environ, KIBANA_KEY if kibana else SPLUNK_TOKEN, secret_file)
        access = Access(url, secret, ca_file, timeout, retries)
        rules = open_rules(terminal, (), catalog_files, settings_file, packs=packs)
        if code := exit_code(rules):
            terminal.error("nothing was done: a rule that is left out would count as gone")
            return code
        if cloud:
            delivery = to_splunk_cloud(rules, access, inspected, acknowledged=acknowledged)
        elif kibana:
            delivery = to_kibana(rules, access, space, audit=audit)
        else:
            delivery = to_splunk(rules, access)
        return function(terminal, delivery=delivery, **others)

    for option in reversed(_OPTIONS + _WRITING * writes):
        gathered = option(gathered)
    return gathered


@command.command("plan")
@click.pass_obj
@_delivered
def plan(terminal: Terminal, *, delivery: Delivery, delete: bool, form: str) -> int:
    """Show what apply would change; nothing is written."""
    made = make_plan(*delivery, delete=delete)
    _tell(terminal, made, form)
    return 0


@command.command("drift", short_help="Name what runs and is not as shipped; then exit with 1.")
@click.pass_obj
@_delivered
def drift(terminal: Terminal, *, delivery: Delivery, delete: bool, form: str) -> int:
    """Exit with 1 where what runs is not what is shipped; names rules and fields."""
    made = make_plan(*delivery, delete=delete)
    _tell(terminal, made, form)
    return _DIFFERS if made.changes else 0


@command.command("apply")
@click.option("--yes", is_flag=True, help="Do not ask; without a terminal this is needed.")
@click.pass_obj
@_delivered_to_write
def apply(terminal: Terminal, *, delivery: Delivery, delete: bool, form: str, yes: bool) -> int:
    """Show what would change, ask, and change it.

    Broken off for whatever reason, it is resumed by running it again. Kibana runs a rule with the
    privileges of the API key that last wrote it, and no longer once that key is gone.

    On Splunk Cloud the file of the app is sent; then it is waited for, for up to ten minutes.
    """
    if not yes and (form == "json" or not sys.stdin.isatty()):
        raise click.UsageError("there is nobody to ask; say --yes")
    siem, _ = delivery
    planned = make_plan(*delivery, delete=delete)
    if form == "text":
        _tell(terminal, planned, form)
    made: list[Change] = []
    code = _DIFFERS if len(planned.doable) < len(planned.changes) else 0
    if planned.doable and not yes:
        click.confirm(f"Make {len(planned.doable)} changes?", err=True, abort=True)

    def done(change: Change) -> None:
        made.append(change)
        terminal.note(f"done: {change.action} {change.name}")

    try:
        carry_out(siem, planned, done)
    except SiemError as error:
        terminal.error(str(error))
        terminal.error(
            f"{len(made)} of {len(planned.doable)} changes were made; run it again to go on"
        )
        code = _STOPPED
    if form == "json":
        terminal.result(json.text(planned, made))
    return code


def _tell(terminal: Terminal, made: Plan, form: str) -> None:
    if form == "json":
        terminal.result(json.text(made))
        return
    for line in text.lines(made):
        terminal.result(line)
    terminal.note(text.summary(made))
