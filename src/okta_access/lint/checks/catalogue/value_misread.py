"""A value without quotes that YAML reads as something else than what is written.

`NO` is a boolean to YAML 1.1, `007` is seven, `1.10` is 1.1, `12:30:00` is a number of seconds.
The rule then compares with `false`, `7`, `1.1` or `45000`, and never matches what its author sees.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.geographicalContext.country: «NO»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.geographicalContext.country: 'NO'
    condition: selection
```
"""

import json
from collections.abc import Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import items
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.reading.source import Scalar

CODE = "OA208"
SEVERITY = Severity.ERROR
TITLE = "value that YAML misreads"


def check(run: Run) -> Iterator[Issue]:
    """Numbers and booleans whose JSON text is not what stands in the file."""
    for item in run.once(items):
        field = run.catalog.fields.get(item.field)
        if "exists" in item.modifiers or (field and field.type is FieldType.BOOLEAN):
            continue
        for value in item.values:
            if _misread(value):
                message = f"YAML reads `{value.text}` as {json.dumps(value.value)}"
                quoted = f"'{value.text}'"
                fix = Fix(value.text, quoted)
                yield Issue(value.span, message, f"put it in quotes: {quoted}", fix)


def _misread(value: Scalar) -> bool:
    # null has many spellings, and all of them mean it.
    return isinstance(value.value, (bool, int, float)) and json.dumps(value.value) != value.text
