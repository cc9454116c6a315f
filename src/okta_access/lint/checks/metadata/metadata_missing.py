"""Metadata that whoever gets the alert will miss.

The description says what was seen, the false positives when it means nothing, the references where
to read on; status, author and date say how far to trust the rule and whom to ask.

Wrong:

```yaml file
«title»: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
    condition: selection
```

Right:

```yaml
status: experimental
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import place, texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.reading.source import Mapping

CODE = "OA506"
SEVERITY = Severity.WARNING
TITLE = "metadata that is missing"

_WANTED = ("status", "description", "author", "date", "references", "falsepositives")
_WANTED_OF_FILTERS = ("description", "date")


def check(run: Run) -> Iterator[Issue]:
    """Rules without one of the keys, or with an empty one; one finding a rule."""
    for document in run.documents:
        if isinstance(document.tree, Mapping):
            wanted = _WANTED_OF_FILTERS if document.tree.get("filter") is not None else _WANTED
            missing = [f"`{key}`" for key in wanted if not texts(document, key)]
            if missing:
                message = f"missing: {', '.join(missing)}"
                yield Issue(place(document, "title"), message)
