"""A title that two rules share.

On call one sees the title first: two alerts under one title are taken for one rule's.

Wrong:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: first
level: low
---
title: «Okta Access Request Created»
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: second
level: low
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import repeated, said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA118"
SEVERITY = Severity.WARNING
TITLE = "title that is taken"


def check(run: Run) -> Iterator[Issue]:
    """Titles that an earlier document has."""
    yield from repeated(said(run, "title"), "the title")
