"""Times as a page shows them: to the second, in one zone that the page names once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Writes times (microseconds since 1970) in a zone.

    >>> Clock().moment(1_767_225_600_000_000), Clock().day(None)
    ('2026-01-01 00:00:00', 'no readable time')
    """

    zone: tzinfo = UTC

    @property
    def name(self) -> str:
        """What the zone is called."""
        return "UTC" if self.zone is UTC else str(self.zone)

    def moment(self, time: int | None) -> str:
        """Day and time; with the offset where the zone is not UTC, for it may change."""
        found = self._at(time)
        if found is None:
            return "no readable time"
        return f"{found:%Y-%m-%d %H:%M:%S}{self._offset(found)}"

    def day(self, time: int | None) -> str:
        """The day."""
        found = self._at(time)
        return "no readable time" if found is None else f"{found:%Y-%m-%d}"

    def short(self, time: int | None) -> str:
        """Month, day and time to the minute."""
        found = self._at(time)
        return "no readable time" if found is None else f"{found:%m-%d %H:%M}"

    def hour(self, time: int | None) -> str:
        """The time of the day."""
        found = self._at(time)
        return "" if found is None else f"{found:%H:%M:%S}"

    def weekday(self, time: int | None) -> str:
        """The day of the week, in three letters."""
        found = self._at(time)
        return "" if found is None else _DAYS[found.weekday()]

    def _at(self, time: int | None) -> datetime | None:
        if time is None:
            return None
        moment = _EPOCH + timedelta(microseconds=time)
        try:
            return moment.astimezone(self.zone)
        except OverflowError:  # the first or last hours that there are
            return moment

    def _offset(self, found: datetime) -> str:
        return "" if self.zone is UTC else f"{found:%z}"
