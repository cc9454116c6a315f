"""How quiet the rules are: a year of benign months of the made-up company, in all its worlds.

``python -m bench.quiet`` measures (a quarter of an hour on an idle core), writes the figures that
bundles tell (``okta_access/company/loudness.json``), and renews ``docs/quiet.md`` from them;
``--page`` does the last alone.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from bench.quiet_page import page
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import PUBLISHED, Catalog, Family
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.company import loudness
from okta_access.company.loudness import FORM, Loudness
from okta_access.company.month import MONDAY, company_month
from okta_access.company.worlds import WORLDS, World
from okta_access.compile.native import FirstSeen, native_rules
from okta_access.content import PACKS, rules_dir
from okta_access.matching.events.evaluate import matches
from okta_access.matching.events.specialize import specialized
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.model import EventRule, Level
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.packs import with_packs
from okta_access.rules.settings.tuning import Tuned, tune
from okta_access.rules.solver.event_types import event_types
from okta_access.scan.engine import Scan

PEOPLE, DAYS, MONTHS = 2000, 30, 12
_BEFORE = timedelta(days=60)
"""What native rules look back on, which lies before the month in which they are counted."""
_HERE = Path(__file__).parents[1]
DATA = Path(loudness.__file__).with_name(loudness.FILE)
PAGE = _HERE / "docs" / "quiet.md"


def main() -> None:
    """Measure where that is asked for, and renew the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="renew the page alone")
    tuned, catalog = all_rules()
    if not parser.parse_args().page:
        gc.disable()  # events hold no cycles, and looking for some takes a quarter of the time
        found = measure(tuned.shipped, catalog)
        DATA.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    loudness.loudness.cache_clear()
    PAGE.write_text(page(loudness.loudness(), tuned), encoding="utf-8")


def all_rules() -> tuple[Tuned, Catalog]:
    """The packaged rules with all packs, and the catalogue that these need."""
    inputs = with_packs((rules_dir(),), (), PACKS, None, whole=True)
    catalog = load_catalog(inputs.catalogs)
    rules = load_rules(inputs.paths, catalog)
    return tune(rules, load_settings(settings_files(rules.files, None)), catalog), catalog


def measure(rules: RuleSet, catalog: Catalog) -> Loudness:
    """Every rule of level low and above, in every world, in a year of months."""
    versions = measured_versions(rules, catalog)
    found: dict[str, dict[str, list[int]]] = {name: {} for name in versions}
    for world in WORLDS:
        for seed in range(1, MONTHS + 1):
            print(f"{world.name}, month {seed} of {MONTHS}", file=sys.stderr)
            counts = month_counts(rules, catalog, world, seed)
            counts += native_counts(rules, catalog, world, seed)
            for rule, count in counts.items():
                found[rule].setdefault(world.name, [0] * MONTHS)[seed - 1] = count
    rows = {
        rule: {world: tuple(counts) for world, counts in worlds.items()}
        for rule, worlds in found.items()
    }
    return Loudness(FORM, PEOPLE, DAYS, MONTHS, versions, rows)


def month_counts(rules: RuleSet, catalog: Catalog, world: World, seed: int) -> Counter[str]:
    """The alerts of each rule in one month; sign-ins, the most of it, are of no interest."""
    month = company_month(
        catalog, world, people=PEOPLE, days=DAYS, seed=seed, packs=PACKS, only=("access.",)
    )
    return Counter({rule: n for (_, rule), n in alerts_in(rules, catalog, month).items()})


def measured_versions(rules: RuleSet, catalog: Catalog) -> dict[str, int]:
    """The version of each rule that is measured, by name."""
    metas = [rule.meta for rule in rules.all_rules if _alerts(rule.meta.level)]
    metas += [native.meta for native, _ in measured_natives(rules, catalog)]
    return {meta.name: meta.version for meta in sorted(metas, key=lambda meta: meta.name)}


def measured_natives(rules: RuleSet, catalog: Catalog) -> list[tuple[FirstSeen, EventRule]]:
    """Those on guardrails. Nobody joins the company, so nobody decides for the first time there."""

    def about_requests(base: EventRule) -> bool:
        types = event_types(base.expr) or ()
        return any(catalog.events[one].family is Family.REQUEST for one in types)

    return [(native, base) for native, base in native_rules(rules) if not about_requests(base)]


def native_counts(rules: RuleSet, catalog: Catalog, world: World, seed: int) -> Counter[str]:
    """The alerts of each native rule in the month after the time that it looks back on."""
    natives = measured_natives(rules, catalog)
    types = {one for _, base in natives for one in event_types(base.expr) or ()}
    days = DAYS + _BEFORE.days
    events = company_month(
        catalog, world, people=PEOPLE, days=days, seed=seed, only=tuple(sorted(types))
    )
    return +Counter(
        {one.name: sum(1 for _ in _news(one, base, events, catalog)) for one, base in natives}
    )


def _news(
    native: FirstSeen, base: EventRule, events: list[Event], catalog: Catalog
) -> Iterator[Event]:
    """The events, after the history, with values that it does not hold."""
    seen: dict[tuple[str, ...], datetime] = {}
    history = timedelta(seconds=native.history.seconds)
    left = {one: specialized(base.expr, one, catalog) for one in event_types(base.expr) or ()}
    for event in events:
        rest = left.get(event["eventType"], False)
        if not (rest if isinstance(rest, bool) else matches(rest, event, catalog)):
            continue
        values = tuple(" ".join(texts(event, field, catalog)) for field in native.fields)
        if all(values):
            time = datetime.fromisoformat(event[PUBLISHED])
            before = seen.get(values)
            if time >= MONDAY + _BEFORE and (before is None or time - before > history):
                yield event
            seen[values] = time


def alerts_in(rules: RuleSet, catalog: Catalog, events: list[Event]) -> Counter[tuple[Level, str]]:
    """The alerts that rules of level low and above raise on these events, by level and rule."""
    scan = Scan(rules, catalog, Level.LOW)
    scan.next_file("made up")
    settled = scan.settled_by_text
    for line, event in enumerate(events, 1):
        if not settled(msgspec.json.encode(event), line):
            for _ in scan.add(event, line):
                pass
    for _ in scan.finish():
        pass
    return scan.tally.alerts


def _alerts(level: Level) -> bool:
    return level.rank >= Level.LOW.rank


if __name__ == "__main__":
    main()
