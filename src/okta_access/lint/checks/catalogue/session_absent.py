"""A rule that reads something into a missing session.

Access Requests events come from a service of Okta's own, and `externalSessionId` may be missing in
them whoever acted. Its absence shows neither an API token nor automation.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.resolve
        authenticationContext.externalSessionId: «null»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.resolve
        authenticationContext.externalSessionId|exists: true
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.reach import placed_literals
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Absent, Present

CODE = "OA215"
SEVERITY = Severity.WARNING
TITLE = "missing session taken for a sign"


def check(run: Run) -> Iterator[Issue]:
    """Literals that hold where the session is not there, and only there."""
    for placed in run.once(placed_literals):
        test, positive = placed.atom.test, placed.literal.positive
        absent = isinstance(test, Absent) if positive else isinstance(test, Present)
        if absent and placed.atom.field == "authenticationContext.externalSessionId":
            yield Issue(placed.atom.span, "a missing session says nothing in these events")
