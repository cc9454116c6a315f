"""Events found again in a log by the place where they were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from okta_access.catalog.identity import event_type_of, uuid_of
from okta_access.catalog.template import Event
from okta_access.errors import InputError, Span
from okta_access.logs.decode import NoEvent, decode
from okta_access.logs.events import records_of
from okta_access.logs.inputs import BROKEN_STREAM, open_log
from okta_access.logs.place import Place
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Record


@dataclass(frozen=True, slots=True)
class Wanted:
    """An event to be found: where it begins and, as far as known, its uuid and event type."""

    place: Place
    uuid: str | None = None
    event_type: str | None = None

    def is_it(self, event: Event) -> bool:
        """Whether this is the event, of those that begin on its line."""
        if self.uuid is not None and uuid_of(event) != self.uuid:
            return False
        return self.event_type is None or event_type_of(event) == self.event_type


def first_event(name: str, reading: Reading = AS_FOUND) -> Event:
    """The first event of a log; raises :class:`InputError` where there is none."""
    for record in _records(name, reading):
        event = decode(record.data, reading)
        if isinstance(event, NoEvent):
            raise InputError(f"no event: {event.reason}", span=Span(name, record.line))
        return event
    raise InputError("there is no event", span=Span.whole(name))


def events_at(
    wanted: Sequence[Wanted], reading: Reading = AS_FOUND
) -> tuple[tuple[Event, int], ...]:
    """The events, in the order given, each with the number of events that begin on its line.

    Of several that fit the first is taken. Each file is read once, up to the last line that is
    wanted. Raises :class:`InputError` for a file that cannot be read, and for an event that is not
    where it should be.
    """
    found: dict[Wanted, tuple[Event, int]] = {}
    for name in dict.fromkeys(one.place.file for one in wanted):
        mine = [one for one in wanted if one.place.file == name]
        found |= _in_file(name, mine, reading)
    return tuple(found[one] for one in wanted)


def _in_file(
    name: str, wanted: Sequence[Wanted], reading: Reading
) -> dict[Wanted, tuple[Event, int]]:
    lines = {one.place.line for one in wanted}
    there: dict[int, list[Event | NoEvent]] = {}
    before = 0  # the last line before the first that is wanted on which something begins
    for record in _records(name, reading):
        if record.line > max(lines):
            break
        if record.line in lines:
            there.setdefault(record.line, []).append(decode(record.data, reading))
        elif record.line < min(lines):
            before = record.line
    found = {}
    for one in wanted:
        events = there.get(one.place.line, [])
        fitting = (event for event in events if not isinstance(event, NoEvent) and one.is_it(event))
        event = next(fitting, None)
        if event is None:
            raise _missing(one, events, before)
        found[one] = event, len(events)
    return found


def _missing(wanted: Wanted, there: list[Event | NoEvent], before: int) -> InputError:
    file, line = wanted.place.file, wanted.place.line
    if len(there) == 1 and isinstance(there[0], NoEvent):
        return InputError(f"no event: {there[0].reason}", span=Span(file, line))
    if there:
        which = f"with the uuid {wanted.uuid}" if wanted.uuid else f"of type {wanted.event_type}"
        said = f"no event {which} begins on line {line}"
        return InputError(said, span=Span.whole(file), hint="is it the log that was scanned?")
    hint = f"the nearest before it begins on line {before}" if before else None
    return InputError(f"no event begins on line {line}", span=Span.whole(file), hint=hint)


def _records(name: str, reading: Reading) -> Iterator[Record]:
    try:
        with open_log(name, reading) as stream:
            yield from records_of(stream, name, reading)
    except BROKEN_STREAM as error:
        raise InputError(f"cannot be read on: {error}", span=Span.whole(name)) from error
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(name)) from error
