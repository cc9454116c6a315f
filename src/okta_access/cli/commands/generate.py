"""``okta-access generate``: synthetic events as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from okta_access.api.generating import COUNT, KINDS, check_kinds, events_of_type, generated
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.cli import options
from okta_access.cli.session import read_rules
from okta_access.cli.terminal import Terminal
from okta_access.company.corpora import (
    COMPANY,
    DAYS,
    FEWEST_PEOPLE,
    PEOPLE,
    STORY_NAMES,
    WORLD,
    WORLD_NAMES,
    benign_month,
    told_story,
)
from okta_access.content import default_rules
from okta_access.errors import InputError
from okta_access.rules.collection import find_rule_files
from okta_access.rules.model import Correlation
from okta_access.rules.reading.file_reads import SUFFIXES
from okta_access.rules.settings.packs import packs_wanted, with_packs


@click.command(
    "generate",
    short_help="Print synthetic events, of a rule, a company or an attack.",
    epilog=f"The stories: {', '.join(STORY_NAMES)}.",
)
@click.argument("what", metavar="RULE|EVENT_TYPE|STORY|company")
@click.option(
    "--kind",
    "kinds",
    metavar="KIND[,KIND]…",
    help=f"Of a rule: {', '.join(KINDS)}; match (of a correlation: history) without this.",
)
@click.option(
    "--count",
    type=click.IntRange(min=1),
    help=f"How many events (or histories) of each kind; {COUNT} without this.",
)
@click.option(
    "--people",
    type=click.IntRange(min=FEWEST_PEOPLE),
    help=f"Of company: how many work there; {PEOPLE} without this.",
)
@click.option(
    "--days", type=click.IntRange(min=1), help=f"Of company: how many days; {DAYS} without this."
)
@click.option(
    "--world",
    type=click.Choice(WORLD_NAMES),
    help=f"Of company: how its tenant logs; {WORLD} without this.",
)
@click.option("--seed", type=int, default=0, help="Another seed, other events; 0 without this.")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to look for a rule given by name; default: ./rules, else the packaged rules.",
)
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    what: str,
    kinds: str | None,
    count: int | None,
    people: int | None,
    days: int | None,
    world: str | None,
    seed: int,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Print synthetic events, one JSON object a line; the same seed gives the same bytes.

    \b
    okta-access generate company --world vpn --seed 2 > month.jsonl
    okta-access generate night-shift --kind history | okta-access scan -

    RULE is a rule's name, id or file: its events match it by construction (match), miss it by one
    condition (near-miss) or do not match (other). Of a correlation come whole histories: those
    that raise alerts (match), those that do not (near-miss, other), or both (history). Events of an
    EVENT_TYPE have all the shapes that real ones have.

    `company` is a company's benign month, without an intruder; with --pack it has what the rules of
    that pack read. A STORY is one attack, as a history (what each is and which rules notice it:
    docs/stories.md); they are listed below.
    """
    catalog = load_catalog(
        with_packs((), catalog_files, packs, settings_file, whole=False).catalogs
    )
    chosen = tuple(dict.fromkeys(kinds.split(","))) if kinds else ()
    check_kinds(chosen)
    by_file = Path(what).suffix in SUFFIXES or Path(what).is_file()
    if not by_file:
        _refuse_namesakes(what, paths, catalog)
    of_company = {"people": people, "days": days, "world": world}
    if what == COMPANY and not by_file:
        _refuse(what, kind=kinds, count=count, rules=paths or None)
        month = benign_month(
            catalog,
            people=people or PEOPLE,
            days=days or DAYS,
            world=world or WORLD,
            seed=seed,
            packs={*packs, *packs_wanted(settings_file)},
        )
        _print(terminal, iter(month))
        return 0
    _refuse(what, **of_company)
    if what in STORY_NAMES and not by_file:
        _refuse(what, count=count, rules=paths or None)
        if set(chosen) - {"history"}:
            raise InputError("a story is a history and of no other kind", hint="--kind history")
        _print(terminal, iter(told_story(catalog, what, seed=seed)))
        return 0
    count = count or COUNT
    if not by_file and what in catalog.events:
        if chosen:
            raise InputError("--kind is of rules, and this is an event type", hint="leave it out")
        _print(terminal, events_of_type(catalog, what, count, seed))
        return 0
    rules = read_rules(
        terminal, (Path(what),) if by_file else paths, catalog_files, settings_file, packs=packs
    )
    made = generated(rules, what, chosen, count, seed, by_file=by_file)
    _print(terminal, iter(made.events))
    if isinstance(made.rule, Correlation):
        terminal.note(
            f"{made.histories} histories, which raise {made.alerts} alerts of {made.rule.name}"
        )
    return 0


def _refuse_namesakes(what: str, paths: tuple[Path, ...], catalog: Catalog) -> None:
    """Raises :class:`InputError` for a name that a rule has, and something else as well."""
    kinds = {COMPANY: "the company", **dict.fromkeys(STORY_NAMES, "a story")}
    other = kinds.get(what) or ("an event type" if what in catalog.events else None)
    if other is None:
        return
    files, _ = find_rule_files(paths or (default_rules(),))
    rule = next((file for file in files if file.stem == what), None)
    if rule is not None:
        raise InputError(
            f"`{what}` is {other} and a rule",
            hint=f"give the rule by its file, {rule}; for the other, work in another folder",
        )


def _refuse(what: str, **options: object) -> None:
    """Raises :class:`InputError` for an option that was given and means nothing here."""
    for name, value in options.items():
        if value is not None:
            raise InputError(f"--{name} means nothing for `{what}`", hint="leave it out")


def _print(terminal: Terminal, events: Iterator[Event]) -> None:
    for event in events:
        terminal.result(json.dumps(event, ensure_ascii=False, separators=(",", ":")))
