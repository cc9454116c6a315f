"""How quiet the rules are: alerts a day per rule in a benign month, in several worlds.

``python -m bench.quiet`` prints ``docs/quiet.md``. The company is made up (``generate/company``).
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.company.month import company_month
from okta_access.company.worlds import WORLDS, World
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune
from okta_access.scan.engine import Scan

_HEAD = """\
# How quiet the rules are

A made-up company lives through a month without any intruder: office hours in three zones, new
hires who need everything at once, app owners who approve in batches, a ticketing integration,
planned changes, reviews, mistakes (`okta_access.company.month`). The same month is logged
in several worlds, each with an assumption of the ledger turned round ([what these events cannot
show](cannot-show.md)). The figures show which rules stay quiet under which assumptions; they do
not show how loud a real tenant is: count with `okta-access backtest` for that.

The aim, in the ordinary world and with the default settings: high rules together at most one alert
a week, medium at most one a day, low at most three a day. A rule that comes to one alert a day
in any world, with this seed or another, ships switched off, with the reason in
`rules/defaults.toml`; it stands here in brackets and is not part of the sums.
"""


@dataclass(frozen=True, slots=True)
class Company:
    """The size of the made-up company and of its month."""

    people: int
    days: int
    seed: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    company = Company(arguments.people, arguments.days, arguments.seed)
    catalog = load_catalog()
    rules = load_rules([rules_dir()], catalog)
    tuned = tune(rules, load_settings(settings_files(rules.files, None)), catalog)
    off = {one.rule for one in tuned.off}
    print(_HEAD)
    print(f"{company.people} people, {company.days} days, seed {company.seed}.\n")
    print("| world | turned round | what is different |\n|---|---|---|")
    for world in WORLDS:
        print(f"| {world.name} | {world.turned or '–'} | {world.about} |")
    counts = {world.name: alerts(tuned.shipped, catalog, world, company) for world in WORLDS}
    _table(tuned.shipped, off, counts, company.days)


def alerts(
    rules: RuleSet, catalog: Catalog, world: World, company: Company
) -> Counter[tuple[Level, str]]:
    """The alerts of a month, by level and rule; audit rules are left out."""
    events = company_month(
        catalog, world, people=company.people, days=company.days, seed=company.seed
    )
    return alerts_in(rules, catalog, events)


def alerts_in(rules: RuleSet, catalog: Catalog, events: list[Event]) -> Counter[tuple[Level, str]]:
    """The alerts that rules of level low and above raise on these events, by level and rule."""
    scan = Scan(rules, catalog, Level.LOW)
    scan.next_file("made up")
    for line, event in enumerate(events, 1):
        for _ in scan.add(event, line):
            pass
    for _ in scan.finish():
        pass
    return scan.tally.alerts


def _table(
    rules: RuleSet, off: set[str], counts: dict[str, Counter[tuple[Level, str]]], days: int
) -> None:
    print("\nAlerts a day:\n\n| level | rule | " + " | ".join(counts) + " |")
    print("|---|---|" + "---|" * len(counts))
    levels = [level for level in reversed(Level) if level.rank >= Level.LOW.rank]
    for level in levels:
        mine = [rule for rule in rules.all_rules if rule.meta.level is level]
        for rule in mine:
            found = [each[level, rule.name] for each in counts.values()]
            if any(found):
                name = f"({rule.name})" if rule.name in off else rule.name
                print(f"| {level} | {name} | {' | '.join(_daily(n, days) for n in found)} |")
        sums = [
            sum(n for (of, rule), n in each.items() if of is level and rule not in off)
            for each in counts.values()
        ]
        if mine:
            print(f"| **{level}** | together | {' | '.join(_daily(n, days) for n in sums)} |")


def _daily(count: int, days: int) -> str:
    return f"{count / days:.2f}" if count else "·"


if __name__ == "__main__":
    main()
