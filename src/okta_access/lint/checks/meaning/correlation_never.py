"""A correlation that can never fire.

It groups by a field that its rules need to be absent, asks for more different values than there can
be, or joins rules by a field in which they never agree.

Wrong:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: created
level: low
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
---
title: Okta Access Request Created in Many Ways
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: many_ways
level: low
«correlation»:
    type: value_count
    rules:
        - created
    group-by:
        - actor.id
    timespan: 1h
    condition:
        field: eventType
        gte: 2
```

Right:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: created
level: low
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
---
title: Okta Access Request Created Through Many Addresses
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: many_addresses
level: low
correlation:
    type: value_count
    rules:
        - created
    group-by:
        - actor.id
    timespan: 1h
    condition:
        field: client.ipAddress
        gte: 2
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import EVENT_TYPE, Catalog, FieldType
from okta_access.lint.documents import place
from okta_access.lint.facts.reach import both, can_hold, is_there, type_is, types_with
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Correlation, CorrelationType, EventRule
from okta_access.rules.solver.event_types import possible_types

CODE = "OA306"
SEVERITY = Severity.ERROR
TITLE = "correlation that never fires"

_TEMPORAL = (CorrelationType.TEMPORAL, CorrelationType.TEMPORAL_ORDERED)


def check(run: Run) -> Iterator[Issue]:
    """Correlations whose references resolve and whose demands no history can meet."""
    whole = {id(correlation) for correlation in run.rule_set.correlations}
    for document, correlation in run.correlations():
        if id(correlation) in whole:
            rules = run.rule_set.referenced(correlation)
            for reason in _reasons(correlation, rules, run.catalog):
                message = f"the correlation never fires: {reason}"
                yield Issue(place(document, "correlation"), message)


def _reasons(
    correlation: Correlation, rules: tuple[EventRule, ...], catalog: Catalog
) -> Iterator[str]:
    counted = () if correlation.value_field is None else (correlation.value_field,)
    of_rules = [(*keys, *counted) for keys in correlation.keys]
    for fields in dict.fromkeys(zip(*of_rules, strict=True)):
        blind = [
            (rule, field)
            for rule, field in zip(rules, fields, strict=True)
            if not _can_hold_with(rule, field, catalog)
        ]
        if blind and (correlation.type in _TEMPORAL or len(blind) == len(rules)):
            rule, field = blind[0]
            yield f"`{field}` is never there in events of `{rule.name}`"
    joined = correlation.type in _TEMPORAL and EVENT_TYPE in correlation.group_by
    if joined and not _share_a_type(rules, catalog):
        yield f"its rules have no `{EVENT_TYPE}` in common, by which they are grouped"
    most = _most_values(correlation, rules, catalog)
    if most is not None and correlation.threshold > most:
        yield f"`{correlation.value_field}` has at most {most} values in a group"


def _can_hold_with(rule: EventRule, field: str, catalog: Catalog) -> bool:
    return can_hold(both(rule.expr, is_there(rule.expr, field)), catalog)


def _share_a_type(rules: tuple[EventRule, ...], catalog: Catalog) -> bool:
    shared = possible_types(rules[0].expr)
    for rule in rules[1:]:
        shared = shared & possible_types(rule.expr)
    if shared.rest:
        return True
    return any(
        all(can_hold(both(rule.expr, type_is(rule.expr, name)), catalog) for rule in rules)
        for name in shared.names
    )


def _most_values(
    correlation: Correlation, rules: tuple[EventRule, ...], catalog: Catalog
) -> int | None:
    """How many different values the counted field can have in one group; None without limit."""
    counted = catalog.field(correlation.value_field or "")
    if counted is None:
        return None
    if counted.path in correlation.group_by and not counted.member:
        return 1
    if counted.type is FieldType.BOOLEAN:
        return 2
    if counted.path == EVENT_TYPE and not any(possible_types(rule.expr).rest for rule in rules):
        return len({name for rule in rules for name in types_with(rule.expr, catalog)})
    return None
