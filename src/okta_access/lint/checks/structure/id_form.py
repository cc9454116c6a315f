"""An id that is no UUID.

The id is the rule's identity over all versions, in Kibana and in other Sigma tools, which read
nothing but a UUID there.

Wrong:

```yaml
id: «okta-17»
```

Right:

```yaml
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
```
"""

import re
from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA113"
SEVERITY = Severity.ERROR
TITLE = "id that is no UUID"

# Python's UUID() also takes braces, "urn:uuid:" and no hyphens, which other tools do not.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def check(run: Run) -> Iterator[Issue]:
    """Ids that are not written as a UUID is."""
    for id_ in said(run, "id"):
        if not _UUID.fullmatch(id_.text):
            hint = "uuidgen, or: python3 -c 'import uuid; print(uuid.uuid4())'"
            yield Issue(id_.span, f"the id `{id_.text}` is no UUID", hint)
