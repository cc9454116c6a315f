"""A field of the envelope, which is no matter for a rule.

`uuid` and `published` say which event it is and when it was. Alerts and correlations use them; a
rule that compares them with a value can match one event at most, or one moment.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        «published»|startswith: '2026-01-01'
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

from okta_access.lint.facts.fields import FieldState, field_uses
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA203"
SEVERITY = Severity.ERROR
TITLE = "field of the envelope"


def check(run: Run) -> Iterator[Issue]:
    """Envelope fields, in any case, wherever a field can be named."""
    for use in run.once(field_uses):
        if use.state is FieldState.ENVELOPE:
            message = f"`{use.name}` belongs to the event's envelope; rules cannot use it"
            yield Issue(use.span, message)
