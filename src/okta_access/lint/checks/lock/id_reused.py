"""The id of a rule that was retired.

A SIEM knows a rule by its id. Whoever still has the old rule would see the new one take its place,
with the old one's exceptions, actions and history. A new rule gets a new id.

Wrong:

```yaml
id: «5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d»
```

Right:

```yaml
id: 3e1f2a94-7c58-4d06-8b1e-9a2c4f6d8e70
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import texts
from okta_access.lint.facts.lock import locked_rules
from okta_access.lint.facts.structure import first_line
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.lock.compare import Fault

CODE = "OA802"
SEVERITY = Severity.ERROR
TITLE = "id of a retired rule"


def check(run: Run) -> Iterator[Issue]:
    """Rules with an id that the lock holds as retired."""
    for one in locked_rules(run):
        if one.fault is Fault.REUSED and one.before is not None:
            message = f"the id was that of {one.before.name}, which was retired"
            for scalar in texts(one.document, "id"):
                yield Issue(first_line(scalar.span), message, "a new rule gets a new id")
