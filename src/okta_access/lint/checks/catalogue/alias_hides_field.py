"""An alias that is called like a field.

The group key is then the alias and no longer the field, also for readers who know the field.

Wrong:

```yaml
correlation:
    type: temporal_ordered
    rules:
        - created
        - resolved
    group-by:
        - eventType
    aliases:
        «eventType»:
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
from okta_access.lint.facts.fields import FieldState, state_of
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA217"
SEVERITY = Severity.ERROR
TITLE = "alias called like a field"


def check(run: Run) -> Iterator[Issue]:
    """Aliases whose names are those of fields, in any case."""
    for alias in run.once(written_aliases):
        state, path = state_of(alias.name.text, run.catalog)
        if state is not FieldState.UNKNOWN:
            message = f"the alias `{alias.name.text}` hides the field `{path or alias.name.text}`"
            yield Issue(alias.name.span, message, "call it by what the fields have in common")
