"""When Kibana runs a rule, and how far back it looks."""

from __future__ import annotations

from dataclasses import dataclass

from okta_access.compile.elastic.kibana.schema import Duration
from okta_access.rules.settings.files import ElasticSettings

_MINUTE = 60
_HOUR = 3600
# A query over a day need not run every five minutes; its alerts would repeat as often.
_RUNS_IN_A_SPAN = 24


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every ``interval`` seconds a rule looks at the last ``reach`` seconds."""

    interval: int
    reach: int

    @property
    def from_(self) -> str:
        """Kibana's ``from``.

        >>> Schedule(300, 600).from_
        'now-10m'
        """
        return f"now-{span_text(self.reach)}"

    @property
    def every(self) -> str:
        """Kibana's ``interval``."""
        return span_text(self.interval)

    @property
    def runs_in_reach(self) -> int:
        """How many runs can see one and the same event.

        >>> Schedule(300, 4200).runs_in_reach
        15
        """
        return self.reach // self.interval + 1


def for_events(settings: ElasticSettings) -> Schedule:
    """Of a rule on single events: overlapping runs, of which Kibana drops what it has seen."""
    interval = settings.interval * _MINUTE
    return Schedule(interval, interval + settings.lateness * _MINUTE)


def for_building_blocks(settings: ElasticSettings) -> Schedule:
    """Of a rule whose alerts nobody waits for: once an hour."""
    return Schedule(_HOUR, _HOUR + max(settings.lateness * _MINUTE, _HOUR - _MINUTE))


def for_counts(span: int, settings: ElasticSettings) -> Schedule:
    """Of a threshold rule over ``span`` seconds: Kibana leaves out what it has counted before."""
    interval = settings.interval * _MINUTE
    return Schedule(interval, span + interval + slack(span, settings))


def for_spans(span: int, settings: ElasticSettings) -> Schedule:
    """Of a query over spans of ``span`` seconds, which finds one again in each run."""
    interval = max(settings.interval * _MINUTE, _part(span))
    return Schedule(interval, span + interval + slack(span, settings))


def slack(span: int, settings: ElasticSettings) -> int:
    """How many seconds late an event of a span may come: more where the span is long."""
    return max(settings.lateness * _MINUTE, _part(span))


def _part(span: int) -> int:
    return span // _MINUTE // _RUNS_IN_A_SPAN * _MINUTE


def suppression(span: int) -> Duration:
    """A span in the largest unit that Kibana has for it.

    >>> suppression(86_400)
    Duration(value=24, unit='h')
    """
    if span % _HOUR == 0:
        return Duration(value=span // _HOUR, unit="h")
    if span % _MINUTE == 0:
        return Duration(value=span // _MINUTE, unit="m")
    return Duration(value=span, unit="s")


def span_text(seconds: int) -> str:
    """A length of time in minutes, or in seconds where it is no whole number of them."""
    return f"{seconds // _MINUTE}m" if seconds % _MINUTE == 0 else f"{seconds}s"
