"""The page ``docs/quiet.md``, from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from okta_access.company.loudness import Loudness
from okta_access.company.worlds import ORDINARY, WORLDS
from okta_access.compile.native import load_native_rules
from okta_access.content import PACKS, in_pack
from okta_access.rules.model import Metadata, Profile
from okta_access.rules.settings.tuning import Tuned

_HEAD = """\
# How quiet the rules are

A made-up company lives through a year of months without any intruder: office hours in three
zones, new hires who need everything at once, app owners who approve in batches, a ticketing
integration, planned changes, reviews, mistakes (`okta_access.company`). The same months are logged
in several worlds, most with an assumption of the ledger turned round ([what these events cannot
show](cannot-show.md)). The figures show which rules stay quiet under which assumptions; they do
not show how loud a real tenant is: count with `okta-access backtest` for that.

**A figure is alerts a week in the loudest of {months} months** (seeds 1 to {months}) of {days} days
with {people:,} people, rounded to a tenth; a dot is no alert in any of them. One alert in a month
is {one}. Names stand without `okta_access_`.

The aims: a rule of the profile core raises at most one alert a week in every month of every world.
A rule that comes to one a day in a month of any world ships switched off, with the reason in
`rules/defaults.toml`. In the ordinary world the rules that are on raise together at most one high
alert a week, one medium a day and three low a day.

This page, and the figures in a bundle's manifest, are made by `python -m bench.quiet`.
"""
_CORE = """\
Enable these first. Where a rule has no alert, that speaks for it only as far as the company does
what it looks for: in the world `upheavals` it does, about once a month.
"""
_EXTENDED = "For whoever watches these events already."
_OPT_IN = "Switched off as shipped, or waiting for a list; the reason is in `rules/defaults.toml`."
_NATIVE = """\
[Native rules](native.md) look back 60 days, so the month is that after the first 60 days. 20 people
administer the company and take turns by lot, which is the loudest way to share the work: where a
few do most of it, few are new. `native_request_first_resolve` is not measured: nobody joins this
company, so in the third month nobody decides for the first time. None is core: the first change
passes one alert a week.
"""
_DEBUGDATA = """\
[The pack](debugdata.md) reads keys of debugData, which the company's events have where the pack is
on. Their values are made up (`okta_access.company.debug_data` gives each rate with its reason): 40
resources, each with its condition and its sequence; one request in 200 in conflict with a rule on
separation of duties; one reviewer's decision in ten gives back, one in ten is about a whole review.
That nobody is asked in some sequences, so that requests end by their requester, is not in it.
"""
_NEIGHBOURS = """\
[The pack](neighbours.md) joins events of other kinds, which the company has where the pack is on.
How many is made up (`okta_access.company.neighbours` gives each rate with its reason): ten people
a working day are added to groups by hand, and somebody after one change of a guardrail in ten;
three resets of all authenticators a working day, two roles given a month, support let in every
second month, one time in three by who has just changed a guardrail.
"""
_BY_WORLD = """\
The rules that are on as shipped, summed month by month; a figure is the loudest month's. Where
guardrails are kept as code (`terraform`, `rate-limits`), up to half of medium is
`condition_changes_by_app`: list the pipeline in `okta_service_actors`. Where the company's VPN is
marked as a proxy (`vpn`), high is the proxy rules: fill `corporate_egress`.
"""
_EVERY_WORLD = """\
Of every rule that is not as loud everywhere: its figure in most worlds, and where it differs. Where
the worlds differ in what happens, and not in how it is logged, a difference of a few tenths is
chance.
"""
_NONE = "·"


@dataclass(frozen=True, slots=True)
class _Row:
    """One rule, with its figure in each world in order."""

    meta: Metadata
    off: bool
    weekly: tuple[float, ...]

    @property
    def short(self) -> str:
        return f"`{self.meta.name.removeprefix('okta_access_')}`"

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(map(_figure, self.weekly))


def page(found: Loudness, tuned: Tuned) -> str:
    """The whole page. ``tuned`` are the rules that were measured, all packs among them."""
    off = {one.rule for one in tuned.off}
    metas = [rule.meta for rule in tuned.shipped.all_rules if rule.name in found.alerts]
    native = [one.meta for one in load_native_rules() if one.name in found.alerts]
    rows = [
        _Row(meta, meta.name in off, tuple(found.worst(meta.name, one.name) for one in WORLDS))
        for meta in (*metas, *native)
    ]

    def section(title: str, text: str, which: Callable[[_Row], bool]) -> Iterator[str]:
        yield f"## {title}"
        yield text.strip() + "\n"
        yield from _table([row for row in rows if which(row)])

    def of_profile(profile: Profile) -> Callable[[_Row], bool]:
        others = {one.name for one in native}
        return lambda row: (
            row.meta.profile is profile
            and not in_pack(row.meta.file)
            and row.meta.name not in others
        )

    def of_pack(pack: str) -> Callable[[_Row], bool]:
        return lambda row: f"_{pack}_" in row.meta.name

    lines = [
        _HEAD.format(
            months=found.months, days=found.days, people=found.people, one=_figure(7 / found.days)
        )
    ]
    lines += ["| world | turned round | what is different |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.turned or '–'} | {one.about} |" for one in WORLDS]
    lines.append("")
    lines += section("Core", _CORE, of_profile(Profile.CORE))
    lines += section("Extended", _EXTENDED, of_profile(Profile.EXTENDED))
    lines += section("Opt-in", _OPT_IN, of_profile(Profile.OPT_IN))
    lines += section("Native", _NATIVE, lambda row: row.meta in native)
    for pack, text in zip(PACKS, (_DEBUGDATA, _NEIGHBOURS), strict=True):
        lines += section(f"Pack {pack}", text, of_pack(pack))
    lines += ["## All together, by world", _BY_WORLD, *_sums(found, metas, off)]
    lines += ["", "## Every world", _EVERY_WORLD, *_differences(rows)]
    return "\n".join(lines) + "\n"


def _table(rows: Iterable[_Row]) -> Iterator[str]:
    """The rules by level and loudness; those without an alert are named below."""
    listed = sorted(rows, key=lambda row: (-row.meta.level.rank, -max(row.weekly), row.short))
    if any(any(row.weekly) for row in listed):
        yield "| level | rule | ordinary | loudest | in |"
        yield "|---|---|---|---|---|"
    for row in listed:
        if any(row.weekly):
            ordinary = row.figures[WORLDS.index(ORDINARY)]
            loudest = _figure(max(row.weekly))
            yield f"| {row.meta.level} | {row.short} | {ordinary} | {loudest} | {_where(row)} |"
    silent = [row.short for row in listed if not any(row.weekly)]
    if silent:
        if len(silent) < len(listed):
            yield ""
        yield from _wrapped(f"No alert in any month of any world: {', '.join(silent)}.")
    yield ""


def _where(row: _Row) -> str:
    """Where a rule is loudest: the world's name, or how many these are."""
    worlds = [one.name for one, n in zip(WORLDS, row.weekly, strict=True) if n == max(row.weekly)]
    if len(worlds) == len(WORLDS):
        return "all worlds"
    return worlds[0] if len(worlds) == 1 else f"{len(worlds)} worlds"


def _sums(found: Loudness, metas: Iterable[Metadata], off: set[str]) -> Iterator[str]:
    on = [one for one in metas if one.name not in off and not in_pack(one.file)]
    levels = sorted({one.level for one in on}, key=lambda level: -level.rank)
    yield "| world | core | " + " | ".join(map(str, levels)) + " |"
    yield "|---|---|" + "---|" * len(levels)
    for world in WORLDS:
        groups = [[one for one in on if one.profile is Profile.CORE]]
        groups += [[one for one in on if one.level is level] for level in levels]
        sums = [_figure(_together(found, group, world.name)) for group in groups]
        yield f"| {world.name} | {' | '.join(sums)} |"


def _together(found: Loudness, metas: Iterable[Metadata], world: str) -> float:
    none = (0,) * found.months
    months = zip(*(found.alerts[one.name].get(world, none) for one in metas), strict=True)
    return max(map(sum, months), default=0) / found.days * 7


def _differences(rows: Iterable[_Row]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: row.meta.name):
        if len(set(row.figures)) == 1:
            continue
        named = zip(row.figures, (one.name for one in WORLDS), row.weekly, strict=True)
        by_figure = groupby(sorted(named, key=lambda one: -one[2]), key=lambda one: one[0])
        worlds = {figure: [name for _, name, _ in group] for figure, group in by_figure}
        usual = max(worlds, key=lambda figure: len(worlds[figure]))
        rest = [f"{figure} {', '.join(of)}" for figure, of in worlds.items() if figure != usual]
        usually = "none" if usual == _NONE else usual
        text = f"- {row.short}: {usually}; {'; '.join(rest)}"
        yield from _wrapped(text.replace(f"{_NONE} ", "none "), indent="  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrap(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _figure(weekly: float) -> str:
    return f"{weekly:.1f}" if weekly else _NONE
