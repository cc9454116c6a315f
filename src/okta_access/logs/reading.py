"""How the logs of a run are to be read: what the user said of them, and who watches.

It is known to those who open files and decode records by a context variable, so that nobody on the
way between has to hand it on. Worker processes that are not forked are given it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from okta_access.catalog.model import Catalog
from okta_access.logs.envelopes import Envelope


@dataclass(slots=True)
class Meter:
    """Bytes taken from the files so far, as they lie there: of an archive the compressed ones.

    Another thread may look at it at any time.
    """

    done: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the user said: the envelope, and the catalogue whose names for fields count there.

    Without a catalogue the packaged one counts. ``meter`` hears of every byte that is read.
    """

    envelope: Envelope = Envelope.AUTO
    catalog: Catalog | None = None
    meter: Meter | None = None


_current = ContextVar("_current", default=Reading())  # noqa: B039 - frozen; nobody names a meter


def current() -> Reading:
    """How logs are read now."""
    return _current.get()


@contextmanager
def reading_as(reading: Reading) -> Iterator[None]:
    """Read logs so, until the block ends.

    >>> with reading_as(Reading(Envelope.SPLUNK)):
    ...     current().envelope
    <Envelope.SPLUNK: 'splunk'>
    >>> current().envelope
    <Envelope.AUTO: 'auto'>
    """
    token = _current.set(reading)
    try:
        yield
    finally:
        _current.reset(token)
