"""Logs and events judged: alerts as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from os import fspath
from typing import Any, NoReturn

from okta_access.api.rulebook import AnyPath, RuleBook
from okta_access.catalog.model import EVENT_TYPE
from okta_access.errors import InputError, Span
from okta_access.logs.envelopes import Envelope
from okta_access.logs.reading import Reading
from okta_access.logs.rejects import Reject
from okta_access.rules.model import Level
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files as read_and_scan
from okta_access.scan.tally import TimeRange


def refuse(reject: Reject) -> NoReturn:
    """Raise :class:`InputError` for a record that is no event."""
    raise InputError(reject.reason, span=Span(reject.place.file, reject.place.line))


def refuse_missing(error: InputError) -> NoReturn:
    """Raise what says that a file cannot be read."""
    raise error


def scan_files(
    rules: RuleBook,
    *files: AnyPath,
    level: Level = Level.LOW,
    since: datetime | None = None,
    until: datetime | None = None,
    envelope: Envelope = Envelope.AUTO,
    strict: bool = False,
    jobs: int = 1,
    on_reject: Callable[[Reject], None] = refuse,
    on_missing: Callable[[InputError], None] = refuse_missing,
) -> Iterator[Alert]:
    """The alerts on these logs: of event rules in the order of the events, then of correlations.

    Args:
        rules: the rules in force are judged; bases of correlations raise no alerts of their own.
        files: logs as ``okta-access scan`` takes them, folders included.
        level: the lowest level to tell; audit rules are informational.
        since: only events from this time on.
        until: only events before this time.
        envelope: what events are wrapped in; anything else is no event then.
        strict: decode all lines, also those that no rule can be about.
        jobs: how many processes read long files.
        on_reject: hears of each record that is no event; the rest is scanned.
        on_missing: hears of each file that cannot be read; the rest is scanned.

    >>> from okta_access.api.rulebook import load_rules
    >>> from okta_access.content import fixtures_dir
    >>> alerts = scan_files(load_rules(), fixtures_dir() / "demo" / "week.jsonl")
    >>> next(alerts).kind
    'event'

    Raises:
        InputError: a record is no event, or a file cannot be read, and nobody wants to hear of it.
    """
    scan = Scan(rules.tuned.in_force, rules.catalog, level, time_range(since, until))
    names = tuple(fspath(file) for file in files)
    reading = Reading(envelope, rules.catalog)
    yield from read_and_scan(
        scan, names, on_reject, on_missing, reading=reading, strict=strict, jobs=jobs
    )


def scan_events(
    rules: RuleBook,
    events: Iterable[Mapping[str, Any]],
    *,
    level: Level = Level.LOW,
    since: datetime | None = None,
    until: datetime | None = None,
    source: str = "events",
) -> Iterator[Alert]:
    """The alerts on these events, which are as Okta writes them, in JSON's types.

    An alert names its events by ``source`` and their numbers, from 1; the rest is as for
    :func:`scan_files`.

    >>> from okta_access.api.rulebook import load_rules
    >>> event = {"eventType": "access.request.sequence.delete", "actor": {"type": "User"}}
    >>> for alert in scan_events(load_rules(), [event]):
    ...     print(alert.level, alert.events, *alert.source)
    medium (None,) events:1

    Raises:
        InputError: an event has no text as its ``eventType``.
    """
    scan = Scan(rules.tuned.in_force, rules.catalog, level, time_range(since, until))
    scan.next_file(source)
    for number, event in enumerate(events, 1):
        if not isinstance(event.get(EVENT_TYPE), str) or not event[EVENT_TYPE]:
            raise InputError("eventType is missing or no text", span=Span(source, number))
        yield from scan.add(dict(event), number)
    yield from scan.finish()


def time_range(since: datetime | None, until: datetime | None) -> TimeRange:
    """The range between these times; one without a zone is UTC."""
    return TimeRange(_micros(since), _micros(until))


def _micros(time: datetime | None) -> int | None:
    if time is None:
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)
