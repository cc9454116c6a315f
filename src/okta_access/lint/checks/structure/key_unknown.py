"""A top-level key that neither the specification nor this project knows.

Sigma allows keys of one's own, so this is a warning; but a misspelt `falsepositive:` or
`modifed:` is read by nobody and missed by nobody.

Wrong:

```yaml
«falsepositive»:
    - Ordinary requests
```

Right:

```yaml
falsepositives:
    - Ordinary requests
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.structure import schema_of
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.reading.source import Mapping

CODE = "OA120"
SEVERITY = Severity.WARNING
TITLE = "unknown key"

_OTHER_KIND = "action"  # makes a document of another kind, which the loader refuses


def check(run: Run) -> Iterator[Issue]:
    """Top-level keys outside the schema's properties."""
    for document in run.documents:
        known = schema_of(document)["properties"]
        for entry in document.tree.entries if isinstance(document.tree, Mapping) else ():
            if entry.name not in known and entry.name != _OTHER_KIND:
                hint = did_you_mean(entry.name, known)
                yield Issue(entry.key.span, f"unknown key `{entry.name}`", hint)
