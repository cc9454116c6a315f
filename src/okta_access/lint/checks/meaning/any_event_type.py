"""A rule that is not bound to event types.

Okta's System Log holds hundreds of types besides those of access requests and reviews. Without
`eventType` the rule matches sign-ins, policy changes and whatever comes, and no fast path in any
SIEM helps it.

Wrong:

```yaml
detection:
    selection:
        securityContext.isProxy: true
    condition: «selection»
```

Right:

```yaml
detection:
    selection:
        eventType|startswith: access.request.
        securityContext.isProxy: true
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import condition_span
from okta_access.lint.facts.reach import can_hold, holds_beyond
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Not

CODE = "OA307"
SEVERITY = Severity.WARNING
TITLE = "rule for any event type"


def check(run: Run) -> Iterator[Issue]:
    """Rules that can match an event of a type from elsewhere in the log."""
    areas = sorted({".".join(name.split(".")[:1]) + "." for name in run.catalog.events})
    for document, rule in run.event_rules():
        if not can_hold(Not(rule.expr, rule.expr.span), run.catalog):
            continue  # OA302 says more
        if holds_beyond(rule.expr, run.catalog, areas):
            message = "the rule matches events of any type"
            yield Issue(condition_span(document), message, "name its types under eventType")
