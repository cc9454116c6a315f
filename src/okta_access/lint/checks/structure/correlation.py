"""A correlation whose type, rules, grouping, timespan or condition is missing or cannot be judged.

Known types are event_count, value_count, temporal and temporal_ordered. The condition of the
counting types is `gte` or `gt` with a whole number from 1: "fewer than" cannot be judged while
events still arrive.

Wrong:

```yaml file
title: Okta Access Requests Rare
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
correlation:
    type: event_count
    rules:
        - okta_access_base_request_created_by_user
    group-by:
        - actor.id
    timespan: 1h
    condition:
        «lt: 3
»
```

Right:

```yaml file
title: Okta Access Requests Many
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
correlation:
    type: event_count
    rules:
        - okta_access_base_request_created_by_user
    group-by:
        - actor.id
    timespan: 1h
    condition:
        gte: 3
```
"""

from okta_access.lint.findings import Severity

CODE = "OA110"
SEVERITY = Severity.ERROR
TITLE = "correlation that cannot be judged"
