"""What came of a replay, as it goes into the evidence."""

from __future__ import annotations

import msgspec


class Tally(msgspec.Struct, frozen=True):
    """What came of a rule on a SIEM when events came so.

    ``rules`` are those that the replay stands for: that one, and others of one and the same
    schedule, whose queries are proven elsewhere. ``reading`` says what of the product is taken for
    granted where that matters. Of the ``alerts`` of the rule (for an event rule: the events that
    match), ``missed`` have no finding, and ``silenced`` none that passes the throttle, which told
    of the group shortly before; ``repeats`` are the most findings of one alert; ``promised`` says
    whether none may be missed; ``faults`` are broken promises, in words.
    """

    rules: tuple[str, ...]
    siem: str
    type: str
    scenario: str
    reading: str
    verdict: str
    promised: bool
    histories: int
    runs: int
    findings: int
    alerts: int
    missed: int
    silenced: int
    repeats: int
    faults: tuple[str, ...]
