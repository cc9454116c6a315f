"""Hypothesis strategies for events, for tests of rules, queries and pipelines.

Nothing is filtered: each strategy makes what it promises from bytes, and hypothesis shrinks the
bytes, which leads to the plainest event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.errors import InputError
from okta_access.generate import history
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import (
    BYTES,
    EventMaker,
    Maker,
    MatchMaker,
    MissMaker,
    NearMiss,
    NearMissMaker,
)
from okta_access.generate.history import HistoryMaker
from okta_access.generate.history_builder import History
from okta_access.generate.inert import InertMaker
from okta_access.rules.model import Correlation, EventRule

try:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
except ImportError as error:
    raise InputError(
        "the strategies need hypothesis, which is not installed",
        hint="pip install 'okta-access-detections[test]'",
    ) from error

T = TypeVar("T")


def events(event_type: str | None = None, catalog: Catalog | None = None) -> SearchStrategy[Event]:
    """Events of a type, or of any: the catalogued ones and some that Okta's log holds besides.

    Their shapes vary as those of real events do: null, absent and empty parts, several targets or
    none, names in any script, IPv6, booleans as texts, values nobody has seen yet.
    """
    types = () if event_type is None else (event_type,)
    return _made_by(EventMaker(catalog or load_catalog(), types))


def matching(rule: EventRule, catalog: Catalog | None = None) -> SearchStrategy[Event]:
    """Events that match the rule, in each of the ways it can be matched.

    Raises :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where no event can match,
    naming the atoms that contradict, and :class:`~okta_access.rules.solver.satisfy.Undecided`
    where that was not found out.
    """
    return _made_by(MatchMaker(rule, catalog or load_catalog()))


def near_misses(rule: EventRule, catalog: Catalog | None = None) -> SearchStrategy[NearMiss]:
    """Events that miss the rule by one atom, each with that atom and whether it held.

    Raises like :func:`matching`, with the rule's negation in its place.
    """
    return _made_by(NearMissMaker(rule, catalog or load_catalog()))


def not_matching(rule: EventRule, catalog: Catalog | None = None) -> SearchStrategy[Event]:
    """Events that do not match the rule; half of them miss it by one atom.

    Raises like :func:`matching`, with the rule's negation in its place.
    """
    return _made_by(MissMaker(rule, catalog or load_catalog()))


def inert_changes(
    event: Event, rule: EventRule | None = None, catalog: Catalog | None = None
) -> SearchStrategy[Event]:
    """The event, changed in ways that must not change a verdict.

    Without a rule: the order of keys, unknown keys, an integer version, other ways of holding
    nothing, booleans as texts, the order of targets, copies of them and empty ones. With a rule
    also what that rule ignores: the case of letters, the notation of addresses, fields (and
    targets) it does not read.
    """
    return _made_by(InertMaker(event, catalog or load_catalog(), rule))


def histories(
    correlation: Correlation, rules: Sequence[EventRule], catalog: Catalog | None = None
) -> SearchStrategy[History]:
    """Histories of a correlation, each with its kind and the number of alerts it must raise.

    ``rules`` are the event rules that the correlation refers to, in its order. Raises
    :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where it can never fire.
    """
    maker = HistoryMaker(correlation, rules, catalog or load_catalog())
    return _made_by(maker, history.BYTES)


@st.composite
def _made_by(draw: st.DrawFn, maker: Maker[T], size: int = BYTES) -> T:
    return maker.make(Choices(draw(st.binary(min_size=size, max_size=size))))
