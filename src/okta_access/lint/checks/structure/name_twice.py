"""A name that two rules share.

Correlations refer to rules by name, and compiled files are called by it: one of the two would
overwrite the other. A document without `name` has its file's.

Wrong:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
---
«title»: Okta Access Request Resolved
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
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

from okta_access.lint.documents import name_of, repeated
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.reading.source import Mapping

CODE = "OA117"
SEVERITY = Severity.ERROR
TITLE = "name that is taken"


def check(run: Run) -> Iterator[Issue]:
    """Names that an earlier document has; file systems may not tell their case apart."""
    rules = (document for document in run.all_documents if isinstance(document.tree, Mapping))
    yield from repeated((name_of(document) for document in rules), "the name")
