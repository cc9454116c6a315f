"""What is promised of time, read off what is shipped: the same figures that the replay holds to."""

from __future__ import annotations

from dataclasses import dataclass

from engines.clock.arrivals import HOUR, MINUTE
from engines.clock.kibana_runs import MADE_UP_FOR, Schedule
from engines.clock.splunk import SplunkSearch


@dataclass(frozen=True, slots=True)
class Promise:
    """Within which bounds a rule on single events misses none, in milliseconds.

    ``late``: how old an event may be when it is stamped; None is any age. ``lag``: how long after
    that searches may come to find it. ``down``: how late runs may be because the SIEM was down,
    or busy. Each for itself: not all of them at their worst together.
    """

    late: int | None
    lag: int
    down: int

    @classmethod
    def of_kibana(cls, schedule: Schedule) -> Promise:
        """Of a rule by ``event.ingested``.

        From one start to the next may pass what a run looks back and what it makes up for; one
        interval of it is there when nothing is late.
        """
        made_up = MADE_UP_FOR * schedule.interval
        return cls(
            None,
            schedule.reach - schedule.interval,
            schedule.reach + made_up - schedule.interval,
        )

    @classmethod
    def of_splunk(cls, search: SplunkSearch, span: int = 0) -> Promise:
        """Of a search by slices of index time, whatever a late run counts from.

        ``span`` is a correlation's timespan: it needs the earlier events of a burst too.
        """
        spare = max(0, search.slice - search.interval)
        return cls(search.slack(span), max(0, spare - search.window), spare)


def length(milliseconds: int | None) -> str:
    """A length of time in words.

    >>> length(15 * MINUTE), length(24 * HOUR), length(None)
    ('15m', '24h', 'any')
    """
    if milliseconds is None:
        return "any"
    whole, rest = divmod(milliseconds, HOUR)
    return f"{whole}h" if whole and not rest else f"{milliseconds // MINUTE}m"
