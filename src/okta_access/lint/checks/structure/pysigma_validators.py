"""What pySigma's own validators say of a rule.

Those are run that need no network and that no check of ours repeats: wildcards where a modifier
belongs, doubled or escaped wildcards, control characters, modifiers that do not combine, `them`
with a single selection, unknown namespaces of tags, and others of the kind.

Wrong:

```yaml
«detection»:
    selection:
        eventType: access.request.create
        actor.displayName: '*admin*'
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.displayName|contains: admin
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.validators import PYSIGMA, issues_of
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA190"
SEVERITY = Severity.WARNING
TITLE = "finding of pySigma's validators"


def check(run: Run) -> Iterator[Issue]:
    """The issues of pySigma's validators."""
    yield from issues_of(PYSIGMA, run)
