"""Histories of a correlation: events over time, with the number of alerts they must raise.

Each kind is one function. The number of alerts follows from how the history is built
(docs/semantics.md, Correlations) and from no evaluator. A kind that a correlation's rules do not
allow gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okta_access.catalog.model import Catalog
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import FormulaMaker
from okta_access.generate.history_builder import DAY, HOUR, History, HistoryBuilder
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.solver.logic import every
from okta_access.rules.solver.satisfy import field_of

BYTES = 768
"""How many bytes of choices a history is made from."""

Kind = Callable[[HistoryBuilder, Choices], History | None]


class HistoryMaker:
    """Histories of one correlation, of every kind that its rules allow.

    ``rules`` are the event rules it refers to, in its order. Raises
    :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where the correlation can never fire.
    """

    def __init__(
        self, correlation: Correlation, rules: Sequence[EventRule], catalog: Catalog
    ) -> None:
        self.builder = HistoryBuilder(correlation, rules, catalog)
        plainest = Choices(b"")
        self.kinds = tuple(name for name, kind in KINDS.items() if kind(self.builder, plainest))

    def make(self, choices: Choices) -> History:
        """A history of any kind."""
        return self.make_kind(choices.pick(self.kinds), choices)

    def make_kind(self, kind: str, choices: Choices) -> History:
        """A history of this kind, which is one of ``kinds``."""
        made = KINDS[kind](self.builder, choices)
        assert made is not None, "whether there is a kind does not hang on choices"
        return made


def _enough(builder: HistoryBuilder, choices: Choices) -> History | None:
    steps = [*builder.timed(builder.slots(choices), choices), *builder.unmatched(choices)]
    return builder.history("enough", steps, 1, choices)


def _one_fewer(builder: HistoryBuilder, choices: Choices) -> History | None:
    slots = _without_one(builder, choices)
    if slots is None:
        return None
    steps = [*builder.timed(slots, choices), *builder.unmatched(choices)]
    return builder.history("one fewer", steps, 0, choices)


def _without_one(builder: HistoryBuilder, choices: Choices) -> list[FormulaMaker] | None:
    """One event too few; nothing where a single one is enough, or one can do another's part."""
    if builder.size < 2 or not builder.exclusive:
        return None
    slots = builder.slots(choices)
    del slots[choices.index(len(slots))]
    return slots


def _more(builder: HistoryBuilder, choices: Choices) -> History | None:
    slots = builder.slots(choices)
    slots += slots[: 1 + choices.index(3)]
    return builder.history("more than enough", builder.timed(slots, choices), 1, choices)


def _edge(builder: HistoryBuilder, choices: Choices) -> History | None:
    if builder.size < 2:
        return None
    steps = builder.timed(builder.slots(choices), choices, builder.span)
    return builder.history("exactly the timespan", steps, 1, choices)


def _beyond(builder: HistoryBuilder, choices: Choices) -> History | None:
    if builder.size < 2 or not builder.exclusive:
        return None
    steps = builder.timed(builder.slots(choices), choices, builder.span + 1)
    return builder.history("beyond the timespan", steps, 0, choices)


def _across_hour(builder: HistoryBuilder, choices: Choices) -> History | None:
    return _across(builder, choices, "across an hour", HOUR)


def _across_midnight(builder: HistoryBuilder, choices: Choices) -> History | None:
    return _across(builder, choices, "across midnight", DAY)


def _across(builder: HistoryBuilder, choices: Choices, kind: str, clock: int) -> History | None:
    """Some events before the clock strikes and some after: a tumbling window would part them."""
    if builder.size < 2:
        return None
    span = 2 + choices.index(builder.span - 1)
    before = 1 + choices.index(span - 1)
    steps = builder.timed(builder.slots(choices), choices, span)
    return builder.history_from(choices.index(300) * DAY + DAY + clock - before, kind, steps, 1)


def _one_time(builder: HistoryBuilder, choices: Choices) -> History | None:
    steps = builder.timed(builder.slots(choices), choices, 0)
    return builder.history("all at one time", steps, 1, choices)


def _newest_first(builder: HistoryBuilder, choices: Choices) -> History | None:
    steps = builder.timed(builder.slots(choices), choices, builder.span)
    made = builder.history("newest first", steps, 1, choices)
    return History(made.kind, made.events[::-1], made.alerts)


def _two_bursts(builder: HistoryBuilder, choices: Choices) -> History | None:
    """The second begins when nothing of the first counts and its alert no longer mutes."""
    span = choices.index(builder.span + 1)
    later = span + builder.span + 1 + choices.index(builder.span)
    first = builder.timed(builder.slots(choices), choices, span)
    second = builder.timed(builder.slots(choices), choices, span)
    steps = [*first, *((offset + later, event) for offset, event in second)]
    return builder.history("two bursts", steps, 2, choices)


def _muted(builder: HistoryBuilder, choices: Choices) -> History | None:
    """Enough events again, the last of them exactly one timespan after the alert."""
    return _again(builder, choices, "again while muted", builder.span, 1)


def _no_longer_muted(builder: HistoryBuilder, choices: Choices) -> History | None:
    return _again(builder, choices, "again when no longer muted", builder.span + 1, 2)


def _again(
    builder: HistoryBuilder, choices: Choices, kind: str, later: int, alerts: int
) -> History | None:
    first = builder.timed(builder.slots(choices), choices, 0)
    second = builder.timed(builder.slots(choices), choices, 0)
    steps = [*first, *((later, event) for _, event in second)]
    return builder.history(kind, steps, alerts, choices)


def _split(builder: HistoryBuilder, choices: Choices) -> History | None:
    others = builder.other_keys
    if not others or builder.size < 2 or not builder.exclusive:
        return None
    cut = 1 + choices.index(builder.size - 1)
    slots = [*builder.slots(choices)[:cut], *builder.slots(choices, choices.pick(others))[cut:]]
    return builder.history("split between groups", builder.timed(slots, choices), 0, choices)


def _no_key(builder: HistoryBuilder, choices: Choices) -> History | None:
    for name in builder.correlation.group_by:
        key = {other: text for other, text in builder.source.keys[0].items() if other != name}
        absent = [builder.path(name, place) for place in range(builder.size)]
        pins = [
            [pin for pin in builder.pins(key, builder.number(place), place) if pin[0] != path]
            for place, path in enumerate(absent)
        ]
        slots = builder.all_slots(pins, absent)
        if slots is not None:
            return builder.history("without a group key", builder.timed(slots, choices), 0, choices)
    return None


def _key_in_list(builder: HistoryBuilder, choices: Choices) -> History | None:
    """Each event is in the group and in one of its own."""
    for name in builder.correlation.group_by:
        paths = [builder.path(name, place) for place in range(builder.size)]
        members = all(field_of(builder.catalog, path).member for path in paths)
        if not members or builder.size < 2:
            continue
        key = builder.source.keys[0]
        pins = [
            [*builder.pins(key, builder.number(place), place), (path, f"x-{place}")]
            for place, path in enumerate(paths)
        ]
        slots = builder.all_slots(pins) if builder.value_field not in paths else None
        if slots is not None:
            return builder.history(
                "a group key in a list", builder.timed(slots, choices), 1, choices
            )
    return None


def _copies(builder: HistoryBuilder, choices: Choices) -> History | None:
    slots = _without_one(builder, choices)
    if slots is None:
        return None
    made = builder.history("copies of one event", builder.timed(slots, choices), 0, choices)
    copies = [choices.pick(made.events)] * (1 + choices.index(builder.size))
    return History(made.kind, (*made.events, *copies), made.alerts)


def _same_value(builder: HistoryBuilder, choices: Choices) -> History | None:
    if builder.value_field is None or builder.size < 2:
        return None
    slots = builder.slots(choices)[:-1]
    slots += [choices.pick(slots) for _ in range(1 + choices.index(3))]
    return builder.history("the same value again", builder.timed(slots, choices), 0, choices)


def _no_value(builder: HistoryBuilder, choices: Choices) -> History | None:
    field = builder.value_field
    if field is None or builder.size < 2 or field in builder.source.paths:
        return None
    blank = builder.all_slots([builder.source.pins(builder.source.keys[0], 0)], [field])
    if blank is None:
        return None
    slots = [*builder.slots(choices)[:-1], *blank, *blank]
    return builder.history("without a value", builder.timed(slots, choices), 0, choices)


def _one_event_of_values(builder: HistoryBuilder, choices: Choices) -> History | None:
    field = builder.value_field
    if field is None or field in builder.source.paths:
        return None
    values = [(field, text) for text in builder.source.values[: builder.size]]
    slots = builder.all_slots([[*builder.source.pins(builder.source.keys[0], 0), *values]])
    if slots is None:
        return None
    return builder.history("all values in one event", builder.timed(slots, choices), 1, choices)


def _another_order(builder: HistoryBuilder, choices: Choices) -> History | None:
    """The last rule first, every step at a time of its own."""
    if builder.counts or not builder.exclusive:
        return None
    step = choices.index(builder.span // builder.size) + 1
    steps = builder.timed(builder.slots(choices)[::-1], choices, 0)
    apart = [(number * step, event) for number, (_, event) in enumerate(steps)]
    return builder.history("another order", apart, 0 if builder.ordered else 1, choices)


def _one_event_for_all(builder: HistoryBuilder, choices: Choices) -> History | None:
    """In order, each step takes an event of its own; in any order, one event will do."""
    if builder.counts:
        return None
    key, rules = builder.source.keys[0], range(len(builder.source.exprs))
    pins = [pin for number in rules for pin in builder.source.pins(key, number)]
    made = builder.source.maker(every(*builder.source.exprs), pins)
    if made is None:
        return None
    alerts = 0 if builder.ordered else 1
    return builder.history(
        "one event for all rules", builder.timed([made], choices), alerts, choices
    )


KINDS: dict[str, Kind] = {
    "enough": _enough,
    "one fewer": _one_fewer,
    "more than enough": _more,
    "exactly the timespan": _edge,
    "beyond the timespan": _beyond,
    "across an hour": _across_hour,
    "across midnight": _across_midnight,
    "all at one time": _one_time,
    "newest first": _newest_first,
    "two bursts": _two_bursts,
    "again while muted": _muted,
    "again when no longer muted": _no_longer_muted,
    "split between groups": _split,
    "without a group key": _no_key,
    "a group key in a list": _key_in_list,
    "copies of one event": _copies,
    "the same value again": _same_value,
    "without a value": _no_value,
    "all values in one event": _one_event_of_values,
    "another order": _another_order,
    "one event for all rules": _one_event_for_all,
}
