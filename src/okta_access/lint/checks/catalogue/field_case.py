"""A field whose name is right but for its case.

Names of fields are case-sensitive in JSON, in Splunk and in Elastic. With `actor.alternateid` a
rule looks at a field that no event has. (Until April 2026 all of SigmaHQ's Okta rules had this
fault, and none of them could match.)

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        «actor.alternateid»|endswith: '@example.com'
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.alternateId|endswith: '@example.com'
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.fields import FieldState, field_uses
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run

CODE = "OA202"
SEVERITY = Severity.ERROR
TITLE = "field in the wrong case"


def check(run: Run) -> Iterator[Issue]:
    """Names that differ from a catalogued one by case alone."""
    for use in run.once(field_uses):
        if use.state is FieldState.WRONG_CASE:
            message = f"the field `{use.name}` is written in another case"
            fix = Fix(use.name, use.meant) if use.meant else None
            yield Issue(use.span, message, f"did you mean `{use.meant}`?", fix)
