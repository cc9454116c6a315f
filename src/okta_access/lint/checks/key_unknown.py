"""A top-level key that neither the specification nor this project knows.

Sigma allows keys of one's own, so this is a warning; but a misspelt `falsepositive:` or
`modifed:` is read by nobody and missed by nobody.

Wrong:

```yaml
falsepositive:
    - Ordinary requests
```

Right:

```yaml
falsepositives:
    - Ordinary requests
```
"""

from collections.abc import Iterator

from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.schema import correlation_schema, detection_schema
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.source import Mapping

CODE = "OA120"
SEVERITY = Severity.WARNING
TITLE = "unknown key"

# These make a document of another kind, which the loader refuses under a code of its own.
_OTHER_KINDS = frozenset({"filter", "action"})


def check(run: Run) -> Iterator[Issue]:
    """Top-level keys outside the schema's properties."""
    detection, correlation = detection_schema()["properties"], correlation_schema()["properties"]
    for document in run.documents:
        if not isinstance(document.tree, Mapping):
            continue
        known = correlation if document.tree.get("correlation") is not None else detection
        for entry in document.tree.entries:
            if entry.name not in known and entry.name not in _OTHER_KINDS:
                hint = did_you_mean(entry.name, known)
                yield Issue(entry.key.span, f"unknown key `{entry.name}`", hint)
