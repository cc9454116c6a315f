"""An alias that its correlation does not group by.

An alias is for `group-by` alone. Where no group key is called like it, it changes nothing, and
whoever reads the rule believes that the events are joined by it.

Wrong:

```yaml
correlation:
    type: temporal_ordered
    rules:
        - created
        - resolved
    group-by:
        - transaction.id
    aliases:
        «person»:
            created: actor.id
            resolved: target.id
    timespan: 1h
```

Right:

```yaml
correlation:
    type: temporal_ordered
    rules:
        - created
        - resolved
    group-by:
        - person
    aliases:
        person:
            created: actor.id
            resolved: target.id
    timespan: 1h
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.aliases import written_aliases
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA122"
SEVERITY = Severity.ERROR
TITLE = "alias that nothing is grouped by"


def check(run: Run) -> Iterator[Issue]:
    """Aliases whose names are not below `group-by`."""
    for alias in run.once(written_aliases):
        if not alias.used:
            message = f"the correlation does not group by its alias `{alias.name.text}`"
            yield Issue(alias.name.span, message, "name it below group-by or take it away")
