"""A correlation refers to a rule that does not exist, is broken, or is itself a correlation.

Rules are named by their `name` or `id`. Those that are not among the given files are looked for
below the nearest folder `rules`, or beside the correlation.

Wrong:

```yaml file
title: Okta Access Requests Many
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
correlation:
    type: event_count
    rules:
        - «okta_access_no_such_rule»
    group-by:
        - actor.id
    timespan: 1h
    condition:
        gte: 3
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA111"
SEVERITY = Severity.ERROR
TITLE = "rule that a correlation cannot use"
