"""``okta-access list``: the rules there are."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okta_access.api.rulebook import RuleBook
from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.compile.native import FirstSeen, native_rules
from okta_access.rules.filters import Filter
from okta_access.rules.model import EventRule, Profile, Rule


@click.command("list", short_help="List the rules: level, kind, profile, and which are off.")
@options.paths
@options.catalog
@options.packs
@options.settings
@click.option(
    "--profile",
    type=click.Choice([one.value for one in Profile]),
    help="Only the rules of this profile.",
)
@click.option("--off", "only_off", is_flag=True, help="Only what is off, and why.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
    profile: str | None,
    only_off: bool,
    form: str,
) -> int:
    """List the rules and filters: name, level, kind and title, and which are off.

    With --off the reason stands in place of the title; JSON always has it. What only a SIEM can
    judge is of the kind native, and neither on nor off here.
    """
    book = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    rows = [_row(rule, book) for rule in book.loaded.all_rules]
    rows += [_native_row(one) for one, _ in native_rules(book.loaded)]
    rows += [_filter_row(one, book) for one in book.loaded.filters]
    if profile is not None:
        rows = [row for row in rows if row["profile"] == profile]
    if only_off:
        rows = [row for row in rows if row["state"] == "off"]
    if form == "json":
        terminal.result(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        terminal.result(_as_text(rows, "reason" if only_off else "title"))
    return exit_code(book)


def _row(rule: Rule, book: RuleBook) -> dict[str, str]:
    reasons = {off.rule: off.reason for off in book.off}
    kind = "event" if isinstance(rule, EventRule) else rule.type.value
    if isinstance(rule, EventRule) and rule.silent:
        kind = "base"
    state = "off" if rule.name in reasons else "on"
    return {
        "name": rule.name,
        "level": rule.meta.level.value,
        "kind": kind,
        "profile": rule.meta.profile or "-",
        "state": state,
        "reason": reasons.get(rule.name, ""),
        "id": rule.meta.id,
        "title": rule.meta.title,
        "file": rule.meta.file,
    }


def _native_row(rule: FirstSeen) -> dict[str, str]:
    return {
        "name": rule.name,
        "level": rule.meta.level.value,
        "kind": "native",
        "profile": rule.meta.profile or "-",
        "state": "-",
        "reason": "",
        "id": rule.meta.id,
        "title": rule.meta.title,
        "file": rule.meta.file,
    }


def _filter_row(one: Filter, book: RuleBook) -> dict[str, str]:
    off = one.name in book.tuned.filters_off
    return {
        "name": one.name,
        "level": "-",
        "kind": "filter",
        "profile": "-",
        "state": "off" if off else "on",
        "reason": "its list is empty, or it is switched off in the settings" if off else "",
        "id": one.id,
        "title": one.title,
        "file": one.file,
    }


def _as_text(rows: list[dict[str, str]], last: str) -> str:
    columns = ("name", "level", "kind", "profile", "state")
    widths = [max((len(row[column]) for row in rows), default=0) for column in columns]
    return "\n".join(
        "  ".join(f"{row[c]:<{w}}" for c, w in zip(columns, widths, strict=True)) + f"  {row[last]}"
        for row in rows
    )
