"""Settings applied to rules: which are in force, with which level, threshold, window and lists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from okta_access.catalog.model import Catalog, FieldType
from okta_access.content import in_pack
from okta_access.errors import SettingsError
from okta_access.rules.addresses import parse_address, parse_network
from okta_access.rules.collection import RuleSet
from okta_access.rules.filters import Filter, narrowed
from okta_access.rules.model import (
    Address,
    And,
    Atom,
    Cidr,
    Correlation,
    EventRule,
    Expr,
    Not,
    Or,
    Pattern,
    Placeholder,
    Profile,
    Rule,
    Test,
    Timespan,
    atoms,
)
from okta_access.rules.settings.files import RuleSettings, Settings
from okta_access.rules.timespans import seconds_of


class Off(msgspec.Struct, frozen=True):
    """A rule that is not in force, and why."""

    rule: str
    reason: str


class Tuned(msgspec.Struct, frozen=True):
    """The rules after tuning.

    ``in_force`` are those that run. ``shipped`` also holds those switched off, as a SIEM gets them
    (everything is imported disabled); neither holds rules whose lists are empty. ``off`` names
    every rule not in force, ``filters_off`` every filter whose list is empty or that is switched
    off; all others are part of the rules they name.
    """

    in_force: RuleSet
    shipped: RuleSet
    off: tuple[Off, ...]
    unknown: tuple[str, ...]
    filters_off: tuple[str, ...] = ()


def tune(rules: RuleSet, settings: Settings, catalog: Catalog) -> Tuned:
    """Apply the settings. Raises :class:`SettingsError` for one that does not fit its rule."""
    off: dict[str, str] = {}
    filters = [_tuned_filter(one, settings, catalog) for one in rules.filters]
    filters_on = [one for one in filters if one is not None]
    event_rules = {
        rule.name: narrowed(_tuned_rule(rule, settings, catalog), filters_on)
        for rule in (*rules.rules, *rules.context)
    }
    empty = {name for name, rule in event_rules.items() if _placeholders(rule.expr)}
    for name in empty:
        lists = ", ".join(f"`{p}`" for p in _placeholders(event_rules[name].expr))
        off[name] = f"the list {lists} is empty; fill it under [lists] in okta-access.toml"
    correlations = [_tuned_correlation(rule, settings) for rule in rules.correlations]
    for correlation in correlations:
        names = [rule.name for rule in rules.referenced(correlation)]
        missing = [name for name in names if name in empty]
        if missing:
            off[correlation.name] = f"it refers to {', '.join(missing)}, which is off"
    whole = {*off}
    everything: tuple[Rule, ...] = (*rules.rules, *correlations)
    for rule in everything:
        choice = settings.rules.get(rule.name)
        if choice is not None and choice.enabled is False:
            off.setdefault(rule.name, choice.reason or "switched off in the settings")
        elif (choice is None or choice.enabled is None) and _is_beyond(rule, settings.profile):
            off.setdefault(
                rule.name, f"it is {rule.meta.profile}, not of the {settings.profile} profile"
            )
    known = {*event_rules, *(c.name for c in correlations), *(f.name for f in rules.filters)}
    return Tuned(
        _subset(rules, event_rules, correlations, {*off}, empty),
        _subset(rules, event_rules, correlations, whole, empty),
        tuple(Off(name, off[name]) for name in sorted(off)),
        tuple(sorted(name for name in settings.rules if name not in known)),
        tuple(sorted({f.name for f in rules.filters} - {f.name for f in filters_on})),
    )


def as_written(rules: RuleSet, settings: Settings, catalog: Catalog) -> RuleSet:
    """The rules as they are written, fit to be tested: without filters and changes of settings.

    Placeholders are filled from the rule's fixture, whose events are written for those lists,
    else from the settings; a rule without either is left out, with the correlations on it.
    """
    from okta_access.rules.fixtures import fixture_path, read_fixture

    def filled(rule: EventRule) -> EventRule:
        if not _placeholders(rule.expr):
            return rule
        try:
            path = fixture_path(Path(rule.meta.file), rule.name)
            lists = read_fixture(path, catalog, events=False).lists
        except OSError:  # the tests say that there is no fixture
            return rule
        return _with_lists(rule, Settings(lists=lists), catalog)

    whole = replace(
        rules,
        rules=tuple(filled(rule) for rule in rules.rules),
        context=tuple(filled(rule) for rule in rules.context),
        filters=(),
    )
    return tune(whole, Settings(lists=settings.lists), catalog).shipped


def _is_beyond(rule: Rule, profile: str | None) -> bool:
    """Whether a profile leaves a rule out; a rule that names none is of every profile.

    So is one of a pack: it was asked for by the pack's name.
    """
    if profile is None or rule.meta.profile is None or in_pack(rule.meta.file):
        return False
    order = list(Profile)
    return order.index(rule.meta.profile) > order.index(Profile(profile))


def closest(name: str, rules: RuleSet) -> str | None:
    """The rule whose name is closest to a name that no rule has."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, [rule.name for rule in rules.all_rules], 1)), None)


def _subset(
    rules: RuleSet,
    tuned: Mapping[str, EventRule],
    correlations: list[Correlation],
    off: set[str],
    empty: set[str],
) -> RuleSet:
    """Rules that are off still serve the correlations that refer to them."""
    kept = tuple(tuned[rule.name] for rule in rules.rules if rule.name not in off)
    names = {rule.name for rule in kept}
    context = tuple(rule for name, rule in tuned.items() if name not in empty and name not in names)
    return replace(
        rules,
        rules=kept,
        context=context,
        correlations=tuple(c for c in correlations if c.name not in off),
        filters=(),
    )


def _tuned_rule(rule: EventRule, settings: Settings, catalog: Catalog) -> EventRule:
    choice = settings.rules.get(rule.name, RuleSettings())
    if choice.threshold is not None or choice.timespan is not None:
        raise SettingsError(
            f"[rules.{rule.name}] sets a threshold or timespan, and {rule.name} is no correlation",
            hint="remove the key",
        )
    if choice.level is not None:
        rule = replace(rule, meta=replace(rule.meta, level=choice.level))
    return _with_lists(rule, settings, catalog)


def _with_lists(rule: EventRule, settings: Settings, catalog: Catalog) -> EventRule:
    if not any(map(_asks_for_lists, (rule.expr, *(one.expr for one in rule.selections)))):
        return rule
    selections = tuple(replace(s, expr=_filled(s.expr, settings, catalog)) for s in rule.selections)
    return replace(rule, selections=selections, expr=_filled(rule.expr, settings, catalog))


def _tuned_filter(one: Filter, settings: Settings, catalog: Catalog) -> Filter | None:
    """The filter with its lists filled in; None where one is empty, or it is switched off."""
    choice = settings.rules.get(one.name, RuleSettings())
    if (choice.level, choice.threshold, choice.timespan) != (None, None, None):
        raise SettingsError(
            f"[rules.{one.name}] sets more than `enabled`, and {one.name} is a filter",
            hint="remove the other keys",
        )
    filled = replace(one, expr=_filled(one.expr, settings, catalog))
    return None if choice.enabled is False or _placeholders(filled.expr) else filled


def _tuned_correlation(rule: Correlation, settings: Settings) -> Correlation:
    choice = settings.rules.get(rule.name, RuleSettings())
    timespan = rule.timespan
    if choice.timespan is not None:
        timespan = Timespan(choice.timespan, seconds_of(choice.timespan) or timespan.seconds)
    threshold = rule.threshold
    if choice.threshold is not None:
        if rule.type.startswith("temporal"):
            raise SettingsError(
                f"[rules.{rule.name}] sets a threshold, and a {rule.type} correlation has none",
                hint="remove the key",
            )
        threshold = choice.threshold
    meta = replace(rule.meta, level=choice.level or rule.meta.level)
    return replace(rule, meta=meta, timespan=timespan, threshold=threshold)


def _placeholders(expr: Expr) -> list[str]:
    if not _asks_for_lists(expr):
        return []
    return sorted({a.test.name for a in atoms(expr) if isinstance(a.test, Placeholder)})


def _asks_for_lists(expr: Expr) -> bool:
    """Whether there is a placeholder in it; most rules have none."""
    if isinstance(expr, Atom):
        return isinstance(expr.test, Placeholder)
    if isinstance(expr, Not):
        return _asks_for_lists(expr.operand)
    return any(map(_asks_for_lists, expr.operands))


def _filled(expr: Expr, settings: Settings, catalog: Catalog) -> Expr:
    """The expression with each placeholder replaced by its list, where the list is not empty."""
    match expr:
        case Atom(field, Placeholder(name)):
            known = catalog.field(field)
            type_ = known.type if known else FieldType.STRING
            values = settings.lists.get(name, ())
            found = tuple(replace(expr, test=_list_test(value, type_)) for value in values)
            if not found:
                return expr
            return found[0] if len(found) == 1 else Or(found, expr.span)
        case Atom():
            return expr
        case Not(operand):
            return replace(expr, operand=_filled(operand, settings, catalog))
        case And(operands) | Or(operands):
            return replace(expr, operands=tuple(_filled(o, settings, catalog) for o in operands))


def _list_test(value: str, type_: FieldType) -> Test:
    """An entry of a list: an address or network on ip fields, else the text itself."""
    if type_ is FieldType.IP:
        network = parse_network(value)
        if network is not None:
            return Cidr(network)
        address = parse_address(value)
        if address is not None:
            return Address(address)
    return Pattern((value,))
