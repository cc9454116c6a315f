"""An assumption that the ledger does not have.

The ledger lists what rules take for granted about Okta's data. A tenant's own log can
be asked which of them hold, and so which rules are safe to enable; of an unknown one it cannot.

Wrong:

```yaml
assumptions:
    - «A99»
```

Right:

```yaml
assumptions:
    - A2
```
"""

from collections.abc import Iterator

from okta_access.assumptions.registry import assumptions
from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA510"
SEVERITY = Severity.ERROR
TITLE = "unknown assumption"


def check(run: Run) -> Iterator[Issue]:
    """Entries of `assumptions` outside the ledger."""
    for entry in said(run, "assumptions"):
        if entry.text not in assumptions():
            hint = f"known are {', '.join(assumptions())}"
            yield Issue(entry.span, f"the assumption `{entry.text}` is not in the ledger", hint)
