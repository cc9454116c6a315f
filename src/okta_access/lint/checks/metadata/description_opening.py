"""A description that does not say what it detects.

By Sigma's convention it begins with "Detects", so that a list of rules reads as a list of what can
be seen.

Wrong:

```yaml
description: «This rule looks for requests.»
```

Right:

```yaml
description: Detects a request for access. It serves as an example, and makes no further claim.
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA507"
SEVERITY = Severity.INFO
TITLE = 'description that does not begin with "Detects"'


def check(run: Run) -> Iterator[Issue]:
    """Descriptions with another first word."""
    for description in said(run, "description"):
        is_filter = description.document.filter is not None  # takes away, and detects nothing
        if not is_filter and description.text.split()[:1] != ["Detects"]:
            yield Issue(description.span, 'the description does not begin with "Detects"')
