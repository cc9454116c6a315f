"""A reference that cannot be opened by whoever reads the alert.

References are links, with https, so that a SIEM shows them as such.

Wrong:

```yaml
references:
    - «Okta's documentation»
```

Right:

```yaml
references:
    - https://developer.okta.com/docs/reference/api/system-log/
```
"""

import re
from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA509"
SEVERITY = Severity.WARNING
TITLE = "reference that is no link"

_LINK = re.compile(r"https://[^\s/]+\.[^\s/]+(/\S*)?")


def check(run: Run) -> Iterator[Issue]:
    """References that are not https links."""
    for reference in said(run, "references"):
        if not _LINK.fullmatch(reference.text):
            yield Issue(reference.span, f"`{reference.text}` is no https link")
