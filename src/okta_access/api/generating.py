"""Synthetic events: of a rule, by what it means, or of an event type; the same seed, the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from okta_access.api.rulebook import RuleBook
from okta_access.catalog.model import UUID, Catalog
from okta_access.catalog.template import Event
from okta_access.errors import InputError, RuleError
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import EventMaker, MatchMaker, MissMaker, NearMissMaker
from okta_access.generate.history import BYTES, HistoryMaker
from okta_access.generate.history_builder import History, moved
from okta_access.generate.sample import draws, sample
from okta_access.rules.model import Correlation, EventRule, Rule, atoms
from okta_access.rules.settings.tuning import as_written, closest

KINDS = ("match", "near-miss", "other", "history")
COUNT = 10


@dataclass(frozen=True, slots=True)
class Generated:
    """Events in the order of their times; of a correlation, those of ``histories``.

    ``alerts`` is how many alerts of the rule the histories raise.
    """

    rule: Rule
    events: tuple[Event, ...]
    histories: int = 0
    alerts: int = 0


def generate_events(
    rules: RuleBook, name: str, *, kinds: Sequence[str] = (), count: int = COUNT, seed: int = 0
) -> Generated:
    """Events of the rule of this name or id, as it is written; it may be off.

    Args:
        rules: where the rule is looked for.
        name: its name or id.
        kinds: of :data:`KINDS`: events that match by construction (``match``, the default), that
            miss by one condition (``near-miss``) or do not match (``other``). Of a correlation
            come whole histories: those that raise alerts, those that do not, or both
            (``history``, the default).
        count: how many events, or histories, of each kind.
        seed: another seed, other events.

    >>> from okta_access.api.rulebook import load_rules
    >>> made = generate_events(load_rules(), "okta_access_sequence_delete", count=3)
    >>> {event["eventType"] for event in made.events}
    {'access.request.sequence.delete'}

    Raises:
        InputError: there is no such rule or kind, or the rule needs a list that is empty.
        RuleError: the rule cannot be used, for its file has problems.
    """
    return generated(rules, name, kinds, count, seed, by_file=False)


def generated(
    rules: RuleBook, name: str, kinds: Sequence[str], count: int, seed: int, *, by_file: bool
) -> Generated:
    """The events of the rule of this name, or of the only one that was loaded (``by_file``)."""
    check_kinds(kinds)
    written = as_written(rules.loaded, rules.settings, rules.catalog)
    wanted = [r for r in written.all_rules if by_file or name in (r.name, r.meta.id)]
    if len(wanted) != 1:
        raise _not_one(rules, name, wanted, by_file=by_file)
    rule = wanted[0]
    if isinstance(rule, EventRule):
        found = _events(rule, kinds or ("match",), count, seed, rules.catalog)
        return Generated(rule, tuple(found))
    bases = written.referenced(rule)
    histories = [*_histories(rule, bases, kinds or ("history",), count, seed, rules.catalog)]
    events = tuple(event for history in histories for event in history.events)
    return Generated(rule, events, len(histories), sum(history.alerts for history in histories))


def check_kinds(kinds: Sequence[str]) -> None:
    """Raise :class:`InputError` for a kind that there is not."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise InputError(f"there is no kind `{unknown[0]}`", hint=f"known are {', '.join(KINDS)}")


def events_of_type(catalog: Catalog, event_type: str, count: int, seed: int) -> Iterator[Event]:
    """Events of a type, of all the shapes that real ones have."""
    events = sample(EventMaker(catalog, (event_type,)), count, seed)
    return (event | {UUID: _uuid(number)} for number, event in enumerate(events, 1))


def _not_one(
    rules: RuleBook, name: str, wanted: Sequence[Rule], *, by_file: bool
) -> InputError | RuleError:
    if wanted:
        names = ", ".join(rule.name for rule in wanted)
        return InputError(f"`{name}` holds several rules: {names}", hint="name one of them")
    problems = [p for p in rules.problems if by_file or Path(p.span.file).stem == name]
    if problems:
        return RuleError(f"the rule cannot be used: {problems[0]}", tuple(problems))
    if any(by_file or name in (rule.name, rule.meta.id) for rule in rules.loaded.all_rules):
        return InputError(f"`{name}` needs a list that is empty", hint="fill it under [lists]")
    close = closest(name, rules.loaded)
    return InputError(
        f"no rule, event type or story is named `{name}`",
        hint=f"did you mean {close}?"
        if close
        else "see okta-access list; stories: generate --help",
    )


def _events(
    rule: EventRule, kinds: Sequence[str], count: int, seed: int, catalog: Catalog
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
    kinds: Sequence[str],
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


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"
