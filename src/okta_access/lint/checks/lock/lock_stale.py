"""A rule that is not in the lock as it is: it is new, renamed, or its version has risen.

`okta-access lock` writes it there. Until then nothing tells whether its meaning changes further.

Wrong:

```yaml
version: «2»
detection:
    selection:
        eventType: access.request.resolve
    condition: selection
```

Right:

```yaml
title: Okta Access Request Created, in Other Words
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.lock import locked_rules
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA803"
SEVERITY = Severity.WARNING
TITLE = "rule that is not in the lock as it is"


def check(run: Run) -> Iterator[Issue]:
    """Rules without a fault whose line in the lock is another, or is not there."""
    for one in locked_rules(run):
        if one.fault is None and one.now != one.before:
            what = "as it is" if one.before else "yet"
            yield Issue(one.place, f"the rule is not in {one.lock.name} {what}", "okta-access lock")
