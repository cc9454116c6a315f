"""Alerts a day per rule on a cluster, by the compiled queries, for the same rules as a scan runs.

Each rule is asked in the language that says it exactly: ES|QL, else Lucene for event rules. A rule
that neither can say, that the indices have no fields for, or whose answer is not whole is left out
of the counts as a whole and named with the reason: there is no number that is a part of the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from msgspec import structs

from okta_access.backtest.days import AlertDays, alerting
from okta_access.backtest.on_cluster.correlations import CorrelationCount
from okta_access.backtest.on_cluster.days import Period
from okta_access.backtest.on_cluster.events import AlertsByDay, by_esql, by_lucene, count_events
from okta_access.backtest.on_cluster.fields import look_up
from okta_access.catalog.model import EVENT_TYPE, PUBLISHED
from okta_access.cluster.client import Cluster, dotted
from okta_access.cluster.errors import RequestFailed, RequestRefused
from okta_access.compile.elastic.esql.query import exact_query
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.texts import refused
from okta_access.compile.model import Job, Translation, Verdict
from okta_access.compile.targets import elastic_esql as esql
from okta_access.compile.targets import elastic_lucene as lucene
from okta_access.errors import EngineError, Refused
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Correlation, EventRule, Level, Rule

_NO_SUCH_LANGUAGE = frozenset({400, 404, 405})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that was not counted, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The documents of the catalogue's event types, copies included: how many, and from when.

    ``first`` and ``last`` are in milliseconds since 1970, None where there is no document.
    """

    documents: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class ClusterCounts:
    """Alerts by rule and day. ``rules`` are those that were counted, ``left_out`` the others.

    ``seen`` says what there was to count in, for no alerts in no events are no comfort.
    """

    alerts: AlertDays
    rules: RuleSet
    left_out: tuple[LeftOut, ...]
    seen: Seen


def count_on_cluster(
    cluster: Cluster,
    job: Job,
    level: Level,
    period: Period,
    on_rule: Callable[[str], None] = lambda _: None,
) -> ClusterCounts:
    """The alerts of the job's rules from a level on, over a period.

    ``on_rule`` hears the name of each rule before it is counted.

    Raises:
        InputError: no index is behind the patterns of the settings.
        EngineError: the cluster cannot be used: not reached, not allowed, too old, or its indices
            lack the fields of every rule.
    """
    fields = Fields(job.catalog, job.settings.elastic)
    version = _known_version(cluster)
    layout = look_up(cluster, job.rules, fields)
    layout.check_envelope(fields)
    asking = _Asking(cluster, job, fields, _no_esql(cluster, fields, version))
    alerts: AlertDays = Counter()
    left_out: list[LeftOut] = []
    for rule in alerting(job.rules, level):
        on_rule(rule.name)
        problem = layout.problem(rule, job.rules, fields)
        if problem is None:
            try:
                found = asking.count(rule, period)
                alerts.update({(rule.name, day): number for day, number in found.items()})
            except (Refused, RequestFailed) as error:
                problem = str(error)
        if problem is not None:
            left_out.append(LeftOut(rule.name, problem))
    seen = _seen(cluster, fields, period)
    return ClusterCounts(alerts, _without(job.rules, left_out), tuple(left_out), seen)


@dataclass(frozen=True, slots=True)
class _Asking:
    """How rules are asked; ``no_esql`` says why that language cannot be used, where it cannot."""

    cluster: Cluster
    job: Job
    fields: Fields
    no_esql: str | None

    def count(self, rule: Rule, period: Period) -> AlertsByDay:
        """The alerts of a rule by day.

        Raises :class:`Refused` and :class:`RequestFailed`.
        """
        if isinstance(rule, Correlation):
            return self._correlation(rule, period)
        return self._events(rule, period)

    def _events(self, rule: EventRule, period: Period) -> AlertsByDay:
        said = self._in_esql(rule)
        if said.text is not None:
            return count_events(by_esql(self.cluster, said.text, self.fields), period)
        other = lucene.TARGET.translate(rule, self.job)
        if other.text is None:
            raise Refused(f"not in ES|QL: {said.note}; not in Lucene: {other.note}")
        return count_events(by_lucene(self.cluster, other.text, self.fields), period)

    def _correlation(self, rule: Correlation, period: Period) -> AlertsByDay:
        said = self._in_esql(rule)
        if said.text is None:
            raise Refused(f"not in ES|QL: {said.note}")
        bases = self.job.rules.referenced(rule)
        return CorrelationCount(self.cluster, rule, bases, said.text, self.fields).over(period)

    def _in_esql(self, rule: Rule) -> Translation:
        """In the exact form: the plain one counts in the time it is run over, which is all days."""
        if isinstance(rule, Correlation):
            said = _exact(rule, self.job, self.fields)
        else:
            said = esql.TARGET.translate(rule, self.job)
        return replace(said, text=None, note=self.no_esql) if self.no_esql else said


def _exact(rule: Correlation, job: Job, fields: Fields) -> Translation:
    bases = job.rules.referenced(rule)
    try:
        text = exact_query(rule, bases, fields, with_context=False)
    except Refused as refusal:
        return refused(rule, esql.TARGET.name, refusal)
    return Translation(rule.name, esql.TARGET.name, Verdict.EXACT, text)


def _known_version(cluster: Cluster) -> tuple[int, ...] | None:
    version = cluster.version()
    if version is not None and version[0] not in (8, 9):
        raise EngineError(
            f"{cluster.place} is Elasticsearch {dotted(version)}",
            hint="8 and 9 are known; scan an export of its logs instead",
        )
    return version


def _no_esql(cluster: Cluster, fields: Fields, version: tuple[int, ...] | None) -> str | None:
    """Why ES|QL as it is written here cannot be used on this cluster; None where it can."""
    if version is not None and (version < (8, 19) or (9,) <= version < (9, 1)):
        return f"this is Elasticsearch {dotted(version)}, and the queries need 8.19, or 9.1 and on"
    try:
        cluster.esql(f"FROM {', '.join(fields.settings.index)}\n| LIMIT 0")
    except RequestRefused as error:
        if error.status in _NO_SUCH_LANGUAGE:
            return error.message
        raise
    return None


def _seen(cluster: Cluster, fields: Fields, period: Period) -> Seen:
    types, at = fields.of(EVENT_TYPE).name, fields.of(PUBLISHED).name
    known = {"terms": {types: sorted(fields.catalog.events)}}
    body = {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": [known, period.query()]}},
        "aggs": {"first": {"min": {"field": at}}, "last": {"max": {"field": at}}},
    }
    answer = cluster.search(fields.settings.index, body)
    first, last = (answer["aggregations"][name]["value"] for name in ("first", "last"))
    return Seen(
        answer["hits"]["total"]["value"],
        None if first is None else int(first),
        None if last is None else int(last),
    )


def _without(rules: RuleSet, left_out: list[LeftOut]) -> RuleSet:
    """The rules that were counted; those left out still serve correlations that refer to them."""
    names = {one.rule for one in left_out}
    return structs.replace(
        rules,
        rules=tuple(rule for rule in rules.rules if rule.name not in names),
        context=(*rules.context, *(rule for rule in rules.rules if rule.name in names)),
        correlations=tuple(rule for rule in rules.correlations if rule.name not in names),
    )
