"""An id that two rules share.

A SIEM that recognises rules by their id keeps only one of the two, and which one is chance. A
copied rule needs an id of its own. Where a pack extends the packaged rules, one of its own that has
a packaged rule's id and name overrides it; with the id alone it is a copy.

Wrong:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: first
level: low
---
title: Okta Access Request Resolved
id: «5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d»
name: second
level: low
```

Right:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: first
level: low
---
title: Okta Access Request Resolved
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: second
level: low
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import repeated, said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA114"
SEVERITY = Severity.ERROR
TITLE = "id that is taken"


def check(run: Run) -> Iterator[Issue]:
    """Ids that an earlier document has, whatever their case."""
    yield from repeated(said(run, "id", extended=True), "the id")
