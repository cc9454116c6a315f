"""An event type that is right but for its case.

Event types are lower case and compare exactly, since Elastic's queries do so whatever the rule
says. In capitals the rule would match in Splunk and be silent in Elastic.

Wrong:

```yaml
detection:
    selection:
        eventType: «Access.Request.Create»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.event_types import Fit, event_type_uses
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run

CODE = "OA205"
SEVERITY = Severity.ERROR
TITLE = "event type in the wrong case"


def check(run: Run) -> Iterator[Issue]:
    """Values of `eventType` that fit a catalogued type only in another case."""
    for use in run.once(event_type_uses):
        if use.fit is Fit.OTHER_CASE:
            message = f"the event type `{use.shown}` is written in another case"
            right = use.shown.lower()
            fix = Fix(use.shown, right) if use.literal else None
            yield Issue(use.span, message, f"did you mean `{right}`?", fix)
