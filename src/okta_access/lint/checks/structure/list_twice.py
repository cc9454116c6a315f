"""A list of the rule's metadata that holds a value twice.

The specification's lists are sets. A repeated reference or tag is mostly a slip from copying, and
stands where another one was meant.

Wrong:

```yaml
references:
    - https://developer.okta.com/docs/reference/api/system-log/
    - «https://developer.okta.com/docs/reference/api/system-log/»
```

Right:

```yaml
references:
    - https://developer.okta.com/docs/reference/api/system-log/
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.structure import Clause, violations
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA121"
SEVERITY = Severity.WARNING
TITLE = "value listed twice"


def check(run: Run) -> Iterator[Issue]:
    """Broken `uniqueItems` clauses of the schema."""
    for violation in run.once(violations):
        if violation.clause is Clause.TWICE:
            yield violation.issue
