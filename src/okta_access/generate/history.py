"""Histories of a correlation: events over time, with the number of alerts they must raise.

Each kind is one function. The number of alerts follows from how the history is built (design,
section 4, Correlations) and from no evaluator. A kind that a correlation's rules do not allow
gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from okta_access.catalog.model import Catalog
from okta_access.generate.choices import Choices
from okta_access.generate.makers import FormulaMaker
from okta_access.generate.stage import DAY, HOUR, History, Stage
from okta_access.rules.model import Correlation, EventRule
from okta_access.rules.solver.logic import every
from okta_access.rules.solver.satisfy import field_of

BYTES = 768
"""How many bytes of choices a history is made from."""

Kind = Callable[[Stage, Choices], History | None]


class HistoryMaker:
    """Histories of one correlation, of every kind that its rules allow.

    ``rules`` are the event rules it refers to, in its order. Raises
    :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where the correlation can never fire.
    """

    def __init__(
        self, correlation: Correlation, rules: Sequence[EventRule], catalog: Catalog
    ) -> None:
        self.stage = Stage(correlation, rules, catalog)
        plainest = Choices(b"")
        self.kinds = tuple(name for name, kind in KINDS.items() if kind(self.stage, plainest))

    def make(self, choices: Choices) -> History:
        """A history of any kind."""
        return self.make_kind(choices.pick(self.kinds), choices)

    def make_kind(self, kind: str, choices: Choices) -> History:
        """A history of this kind, which is one of ``kinds``."""
        made = KINDS[kind](self.stage, choices)
        assert made is not None, "whether there is a kind does not hang on choices"
        return made


def _enough(stage: Stage, choices: Choices) -> History | None:
    steps = [*stage.play(stage.slots(choices), choices), *stage.bystanders(choices)]
    return stage.history("enough", steps, 1, choices)


def _one_fewer(stage: Stage, choices: Choices) -> History | None:
    slots = _without_one(stage, choices)
    if slots is None:
        return None
    steps = [*stage.play(slots, choices), *stage.bystanders(choices)]
    return stage.history("one fewer", steps, 0, choices)


def _without_one(stage: Stage, choices: Choices) -> list[FormulaMaker] | None:
    """One event too few; nothing where a single one is enough, or one can do another's part."""
    if stage.size < 2 or not stage.exclusive:
        return None
    slots = stage.slots(choices)
    del slots[choices.index(len(slots))]
    return slots


def _more(stage: Stage, choices: Choices) -> History | None:
    slots = stage.slots(choices)
    slots += slots[: 1 + choices.index(3)]
    return stage.history("more than enough", stage.play(slots, choices), 1, choices)


def _edge(stage: Stage, choices: Choices) -> History | None:
    if stage.size < 2:
        return None
    steps = stage.play(stage.slots(choices), choices, stage.span)
    return stage.history("exactly the timespan", steps, 1, choices)


def _beyond(stage: Stage, choices: Choices) -> History | None:
    if stage.size < 2 or not stage.exclusive:
        return None
    steps = stage.play(stage.slots(choices), choices, stage.span + 1)
    return stage.history("beyond the timespan", steps, 0, choices)


def _across_hour(stage: Stage, choices: Choices) -> History | None:
    return _across(stage, choices, "across an hour", HOUR)


def _across_midnight(stage: Stage, choices: Choices) -> History | None:
    return _across(stage, choices, "across midnight", DAY)


def _across(stage: Stage, choices: Choices, kind: str, clock: int) -> History | None:
    """Some events before the clock strikes and some after: a tumbling window would part them."""
    if stage.size < 2:
        return None
    span = 2 + choices.index(stage.span - 1)
    before = 1 + choices.index(span - 1)
    steps = stage.play(stage.slots(choices), choices, span)
    return stage.history_from(choices.index(300) * DAY + DAY + clock - before, kind, steps, 1)


def _one_time(stage: Stage, choices: Choices) -> History | None:
    steps = stage.play(stage.slots(choices), choices, 0)
    return stage.history("all at one time", steps, 1, choices)


def _newest_first(stage: Stage, choices: Choices) -> History | None:
    steps = stage.play(stage.slots(choices), choices, stage.span)
    made = stage.history("newest first", steps, 1, choices)
    return History(made.kind, made.events[::-1], made.alerts)


def _two_bursts(stage: Stage, choices: Choices) -> History | None:
    """The second begins when nothing of the first counts and its alert no longer mutes."""
    span = choices.index(stage.span + 1)
    later = span + stage.span + 1 + choices.index(stage.span)
    first = stage.play(stage.slots(choices), choices, span)
    second = stage.play(stage.slots(choices), choices, span)
    steps = [*first, *((offset + later, event) for offset, event in second)]
    return stage.history("two bursts", steps, 2, choices)


def _muted(stage: Stage, choices: Choices) -> History | None:
    """Enough events again, the last of them exactly one timespan after the alert."""
    return _again(stage, choices, "again while muted", stage.span, 1)


def _no_longer_muted(stage: Stage, choices: Choices) -> History | None:
    return _again(stage, choices, "again when no longer muted", stage.span + 1, 2)


def _again(stage: Stage, choices: Choices, kind: str, later: int, alerts: int) -> History | None:
    first = stage.play(stage.slots(choices), choices, 0)
    second = stage.play(stage.slots(choices), choices, 0)
    steps = [*first, *((later, event) for _, event in second)]
    return stage.history(kind, steps, alerts, choices)


def _split(stage: Stage, choices: Choices) -> History | None:
    others = stage.other_keys
    if not others or stage.size < 2 or not stage.exclusive:
        return None
    cut = 1 + choices.index(stage.size - 1)
    slots = [*stage.slots(choices)[:cut], *stage.slots(choices, choices.pick(others))[cut:]]
    return stage.history("split between groups", stage.play(slots, choices), 0, choices)


def _no_key(stage: Stage, choices: Choices) -> History | None:
    for path in stage.correlation.group_by:
        key = {p: text for p, text in stage.cast.keys[0].items() if p != path}
        pins = [
            [pin for pin in stage.pins(key, place) if pin[0] != path] for place in range(stage.size)
        ]
        slots = stage.all_slots(pins, absent=path)
        if slots is not None:
            return stage.history("without a group key", stage.play(slots, choices), 0, choices)
    return None


def _key_in_list(stage: Stage, choices: Choices) -> History | None:
    """Each event is in the group and in one of its own."""
    for path in stage.correlation.group_by:
        if not field_of(stage.catalog, path).member or stage.size < 2:
            continue
        key = stage.cast.keys[0]
        pins = [[*stage.pins(key, place), (path, f"x-{place}")] for place in range(stage.size)]
        slots = stage.all_slots(pins) if path != stage.value_field else None
        if slots is not None:
            return stage.history("a group key in a list", stage.play(slots, choices), 1, choices)
    return None


def _copies(stage: Stage, choices: Choices) -> History | None:
    slots = _without_one(stage, choices)
    if slots is None:
        return None
    made = stage.history("copies of one event", stage.play(slots, choices), 0, choices)
    copies = [choices.pick(made.events)] * (1 + choices.index(stage.size))
    return History(made.kind, (*made.events, *copies), made.alerts)


def _same_value(stage: Stage, choices: Choices) -> History | None:
    if stage.value_field is None or stage.size < 2:
        return None
    slots = stage.slots(choices)[:-1]
    slots += [choices.pick(slots) for _ in range(1 + choices.index(3))]
    return stage.history("the same value again", stage.play(slots, choices), 0, choices)


def _no_value(stage: Stage, choices: Choices) -> History | None:
    field = stage.value_field
    if field is None or stage.size < 2 or field in stage.correlation.group_by:
        return None
    blank = stage.all_slots([[*stage.cast.keys[0].items()]], absent=field)
    if blank is None:
        return None
    slots = [*stage.slots(choices)[:-1], *blank, *blank]
    return stage.history("without a value", stage.play(slots, choices), 0, choices)


def _one_event_of_values(stage: Stage, choices: Choices) -> History | None:
    field = stage.value_field
    if field is None or field in stage.correlation.group_by:
        return None
    values = [(field, text) for text in stage.cast.values[: stage.size]]
    slots = stage.all_slots([[*stage.cast.keys[0].items(), *values]])
    if slots is None:
        return None
    return stage.history("all values in one event", stage.play(slots, choices), 1, choices)


def _another_order(stage: Stage, choices: Choices) -> History | None:
    """The last rule first, every step at a time of its own."""
    if stage.counts or not stage.exclusive:
        return None
    step = choices.index(stage.span // stage.size) + 1
    steps = stage.play(stage.slots(choices)[::-1], choices, 0)
    apart = [(number * step, event) for number, (_, event) in enumerate(steps)]
    return stage.history("another order", apart, 0 if stage.ordered else 1, choices)


def _one_event_for_all(stage: Stage, choices: Choices) -> History | None:
    """In order, each step takes an event of its own; in any order, one event will do."""
    if stage.counts:
        return None
    made = stage.cast.maker(every(*stage.cast.exprs), stage.cast.keys[0].items())
    if made is None:
        return None
    alerts = 0 if stage.ordered else 1
    return stage.history("one event for all rules", stage.play([made], choices), alerts, choices)


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
