"""A key without which a rule is none: title, id, level, logsource and detection, or correlation.

The specification leaves `id` and `level` to the author. Here an alert carries both, and the id is
what a SIEM recognises a rule by after an update.

Wrong:

```yaml file
«t»itle: Okta Access Request Created
level: low
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
```

Right:

```yaml
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.structure import Clause, violations
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA101"
SEVERITY = Severity.ERROR
TITLE = "key that is missing"


def check(run: Run) -> Iterator[Issue]:
    """Broken `required` clauses of the schema."""
    for violation in run.once(violations):
        if violation.clause is Clause.MISSING:
            yield violation.issue
