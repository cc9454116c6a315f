"""An alias whose fields are of different types.

Group keys compare by their texts: an address beside a name, or a boolean beside an id, is never the
same, so the correlation joins nothing. Elastic refuses a column of several types.

Wrong:

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
            resolved: «client.ipAddress»
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

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.aliases import written_aliases
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA218"
SEVERITY = Severity.ERROR
TITLE = "fields of different types under one alias"

_TEXTS = (FieldType.STRING, FieldType.ENUM)


def check(run: Run) -> Iterator[Issue]:
    """Fields whose type differs from that of their alias's first one."""
    for alias in run.once(written_aliases):
        known = [(one, field) for one in alias.fields if (field := run.catalog.field(one.text))]
        for one, field in known[1:]:
            _, first = known[0]
            if field.type != first.type and not {field.type, first.type} <= {*_TEXTS}:
                message = f"`{first.path}` is of type {first.type}, and `{field.path}` {field.type}"
                yield Issue(one.span, message)
