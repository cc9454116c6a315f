"""``okta-access generate``: synthetic events as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import UUID, Catalog
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
from okta_access.errors import InputError, RuleError
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import EventMaker, MatchMaker, MissMaker, NearMissMaker
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History, moved
from okta_access.generate.sample import draws, sample
from okta_access.rules.collection import RuleSet, find_rule_files
from okta_access.rules.model import Correlation, EventRule, Rule, atoms
from okta_access.rules.reading.file_reads import SUFFIXES
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import as_written, closest

KINDS = ("match", "near-miss", "other", "history")
_DEFAULT_COUNT = 10


@click.command("generate", epilog=f"The stories: {', '.join(STORY_NAMES)}.")
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
    help=f"How many events (or histories) of each kind; {_DEFAULT_COUNT} without this.",
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

    `company` is a company's benign month, without an intruder. A STORY is one attack, as a history
    (what each is and which rules notice it: docs/stories.md); they are listed below.
    """
    catalog = load_catalog(catalog_files)
    chosen = tuple(dict.fromkeys(kinds.split(","))) if kinds else ()
    unknown = [kind for kind in chosen if kind not in KINDS]
    if unknown:
        raise InputError(f"there is no kind `{unknown[0]}`", hint=f"known are {', '.join(KINDS)}")
    by_file = Path(what).suffix in SUFFIXES or Path(what).is_file()
    if not by_file:
        _refuse_namesakes(what, paths, catalog)
    of_company = {"people": people, "days": days, "world": world}
    if what == COMPANY and not by_file:
        _refuse(what, kind=kinds, count=count, rules=paths or None)
        month = benign_month(
            catalog, people=people or PEOPLE, days=days or DAYS, world=world or WORLD, seed=seed
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
    count = count or _DEFAULT_COUNT
    if not by_file and what in catalog.events:
        if chosen:
            raise InputError("--kind is of rules, and this is an event type", hint="leave it out")
        events = sample(EventMaker(catalog, (what,)), count, seed)
        _print(terminal, (event | {UUID: _uuid(n)} for n, event in enumerate(events, 1)))
        return 0
    loaded = read_rules(terminal, (Path(what),) if by_file else paths, catalog)
    settings = load_settings(settings_files(loaded.files, settings_file))
    rules = as_written(loaded, settings, catalog)
    rule = _rule(what, rules, loaded, by_file=by_file)
    if isinstance(rule, EventRule):
        _print(terminal, _events(rule, chosen or ("match",), count, seed, catalog))
    else:
        bases = rules.referenced(rule)
        histories = list(_histories(rule, bases, chosen or ("history",), count, seed, catalog))
        _print(terminal, (event for history in histories for event in history.events))
        alerts = sum(history.alerts for history in histories)
        terminal.note(f"{len(histories)} histories, which raise {alerts} alerts of {rule.name}")
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


def _rule(what: str, rules: RuleSet, loaded: RuleSet, *, by_file: bool) -> Rule:
    """The one rule that is meant; raises :class:`InputError` or :class:`RuleError`."""
    wanted = [rule for rule in rules.all_rules if by_file or what in (rule.name, rule.meta.id)]
    if len(wanted) == 1:
        return wanted[0]
    if wanted:
        names = ", ".join(rule.name for rule in wanted)
        raise InputError(f"`{what}` holds several rules: {names}", hint="name one of them")
    problems = [p for p in loaded.problems if by_file or Path(p.span.file).stem == what]
    if problems:
        raise RuleError(f"the rule cannot be used: {problems[0]}", tuple(problems))
    if any(by_file or what in (rule.name, rule.meta.id) for rule in loaded.all_rules):
        raise InputError(f"`{what}` needs a list that is empty", hint="fill it under [lists]")
    close = closest(what, loaded)
    raise InputError(
        f"no rule, event type or story is named `{what}`",
        hint=f"did you mean {close}?"
        if close
        else "see okta-access list; stories: generate --help",
    )


def _events(
    rule: EventRule, kinds: tuple[str, ...], count: int, seed: int, catalog: Catalog
) -> Iterator[Event]:
    reads_uuid = any(atom.field == UUID for atom in atoms(rule.expr))
    number = 0
    for kind in kinds:
        for event in _of_kind(rule, kind, count, f"{seed} {rule.name} {kind}", catalog):
            number += 1
            yield event if reads_uuid else event | {UUID: _uuid(number)}


def _of_kind(rule: EventRule, kind: str, count: int, seed: str, catalog: Catalog) -> list[Event]:
    if kind == "match":
        return sample(MatchMaker(rule, catalog), count, seed)
    if kind == "near-miss":
        return [miss.event for miss in sample(NearMissMaker(rule, catalog), count, seed)]
    if kind == "other":
        return sample(MissMaker(rule, catalog), count, seed)
    raise InputError(f"{rule.name} is a rule for single events; histories are of correlations")


def _histories(
    rule: Correlation,
    bases: tuple[EventRule, ...],
    kinds: tuple[str, ...],
    count: int,
    seed: int,
    catalog: Catalog,
) -> Iterator[History]:
    """Histories one after another, so far apart in time that none disturbs the next."""
    maker = HistoryMaker(rule, bases, catalog)
    plainest = {name: maker.make_kind(name, Choices(b"")).alerts > 0 for name in maker.kinds}
    number, clock = 0, 0
    for kind in kinds:
        names = [
            name
            for name, fires in plainest.items()
            if kind == "history" or fires == (kind == "match")
        ]
        if not names:
            raise InputError(f"{rule.name} has no histories of the kind `{kind}`")
        source = draws(f"{seed} {rule.name} {kind}", BYTES)
        for place, data in enumerate(islice(source, count)):
            made = maker.make_kind(names[place % len(names)], Choices(data))
            history, clock, number = moved(made, clock, number, rule.timespan.seconds)
            yield history


def _print(terminal: Terminal, events: Iterator[Event]) -> None:
    for event in events:
        terminal.result(json.dumps(event, ensure_ascii=False, separators=(",", ":")))


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"
