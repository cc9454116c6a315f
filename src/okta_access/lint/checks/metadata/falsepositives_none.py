"""A false positive that says there is none, or that nobody knows.

Every rule on these events has harmless matches: somebody's ticket, test or integration. The entry
tells the analyst which to rule out first.

Wrong:

```yaml
falsepositives:
    - «None»
```

Right:

```yaml
falsepositives:
    - A clean-up that has a ticket
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA508"
SEVERITY = Severity.WARNING
TITLE = "false positive that says nothing"

_EMPTY_WORDS = frozenset({"none", "none known", "unknown", "unlikely", "n/a", "tbd", "pentest"})


def check(run: Run) -> Iterator[Issue]:
    """Entries that are one of the usual evasions."""
    for entry in said(run, "falsepositives"):
        if entry.text.strip().rstrip(".").lower() in _EMPTY_WORDS:
            message = f"the false positive `{entry.text}` helps nobody"
            yield Issue(entry.span, message, "name a harmless reason for a match")
