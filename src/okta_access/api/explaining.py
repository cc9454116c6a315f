"""Why a rule matches an event, or not; why a scan raised an alert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okta_access.api.rulebook import RuleBook
from okta_access.catalog.template import Event
from okta_access.errors import InputError, Span
from okta_access.logs.envelopes import Envelope
from okta_access.logs.find import Wanted, events_at
from okta_access.logs.inputs import STDIN
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.correlations.explain import Part, explain_correlation
from okta_access.matching.correlations.judge import CorrelationAlert
from okta_access.matching.events import evaluate
from okta_access.rules.model import EventRule, Rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer of a rule.

    Of an event rule ``verdict`` says whether it matches, and the same of every part of it. Of a
    correlation ``parts`` says what each event brings to it, and ``fired`` which alerts the events
    raise together. ``off`` says why the rule is not in force, None where it is.
    """

    rule: Rule
    events: tuple[Event, ...]
    verdict: evaluate.Explanation | None
    parts: tuple[Part, ...]
    fired: tuple[CorrelationAlert, ...]
    off: str | None

    @property
    def holds(self) -> bool:
        """Whether the rule matches the event; of a correlation, whether it fires."""
        return self.verdict.holds if self.verdict is not None else bool(self.fired)


def explain_event(rules: RuleBook, rule: str, event: Mapping[str, Any]) -> Explanation:
    """Why the rule of this name or id matches an event or not; it may be off.

    >>> from okta_access.api.rulebook import load_rules
    >>> book = load_rules()
    >>> event = {"eventType": "access.request.sequence.delete", "actor": {"type": "User"}}
    >>> explain_event(book, "okta_access_sequence_delete", event).holds
    True

    Raises:
        InputError: there is no such rule, or the lists that it needs are empty.
        RuleError: the rule cannot be used, for its file has problems.
    """
    return explained(rules, rules.named(rule), [dict(event)])


def explained(rules: RuleBook, rule: Rule, events: Sequence[Event]) -> Explanation:
    """The answer of a rule of the book on these events: one, or those of an alert."""
    off, all_events = rules.why_off(rule), tuple(events)
    if isinstance(rule, EventRule):
        verdict = evaluate.explain(rule.expr, events[0], rules.catalog)
        return Explanation(rule, all_events, verdict, (), (), off)
    bases = rules.tuned.shipped.referenced(rule)
    parts = tuple(explain_correlation(rule, bases, event, rules.catalog) for event in events)
    fired = tuple(find_alerts(rule, bases, events, rules.catalog))
    return Explanation(rule, all_events, None, parts, fired, off)


def explain_alert(
    rules: RuleBook,
    alert: Mapping[str, Any],
    *,
    log: str | None = None,
    envelope: Envelope = Envelope.AUTO,
) -> Explanation:
    """Why a scan raised an alert, given in its JSON form (``Alert.as_dict()``).

    Its events are read again from their logs; ``log`` is where the log is now, if not where it
    was.

    Raises:
        InputError: it is no alert, its events cannot be found, or there is no such rule.
        RuleError: the rule cannot be used, for its file has problems.
    """
    name, wanted = events_of(alert, log)
    reading = Reading(envelope, rules.catalog)
    events = [event for event, _ in events_at(wanted, reading)]
    return explained(rules, rules.named(name), events)


def events_of(
    alert: Any, log: str | None = None, span: Span | None = None
) -> tuple[str, list[Wanted]]:
    """The id of an alert's rule, and where its events are.

    Raises :class:`InputError` for what is no alert, at ``span``.
    """
    try:
        sources = [(str(one["file"]), int(one["line"])) for one in alert["source"]]
        rule, uuids, types = str(alert["id"]), alert["events"], alert["event_types"]
        rows = [*zip(sources, uuids, types, strict=True)]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "is no alert of scan --format jsonl", span=span, hint="give one of its lines"
        ) from error
    names = {name for name, _ in sources}
    if log is not None and len(names) > 1:
        raise InputError(f"the events are from {len(names)} logs, for which --log cannot stand")
    if log is None and STDIN in names:
        raise InputError(
            "the events were read from stdin, which is gone", hint="name the log with --log FILE"
        )
    return rule, [
        Wanted(Place(log or name, line), None if uuid is None else str(uuid), str(type_))
        for (name, line), uuid, type_ in rows
    ]
