"""Two fields of different types compared with `|fieldref`.

Texts compare with texts. An address beside a name, or a boolean beside an id, is never the same.

Wrong:

```yaml
detection:
    selection:
        eventType: access.review.close
        actor.id|fieldref: «client.ipAddress»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.review.close
        actor.id|fieldref: target.id
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import SameAs

CODE = "OA212"
SEVERITY = Severity.WARNING
TITLE = "fields of different types compared"

_KIND = {
    FieldType.STRING: "text",
    FieldType.ENUM: "text",
    FieldType.BOOLEAN: "a boolean",
    FieldType.IP: "an address",
}


def check(run: Run) -> Iterator[Issue]:
    """`|fieldref` between fields of which one is text and the other is not."""
    for placed in run.once(placed_atoms):
        test = placed.atom.test
        if not isinstance(test, SameAs):
            continue
        left = run.catalog.fields.get(placed.atom.field)
        right = run.catalog.fields.get(test.other)
        if left and right and _KIND[left.type] != _KIND[right.type]:
            message = f"`{left.path}` holds {_KIND[left.type]}, `{right.path}` {_KIND[right.type]}"
            yield Issue(placed.atom.span, message)
