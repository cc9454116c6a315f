"""A rule that every event matches.

Mostly a `not` that covers too much, or an `or` whose parts cover everything together.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_system:
        actor.type: SystemPrincipal
    condition: «not (selection and filter_main_system and not selection)»
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_system:
        actor.type: SystemPrincipal
    condition: selection and not filter_main_system
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import condition_span
from okta_access.lint.facts.reach import can_hold
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Not

CODE = "OA302"
SEVERITY = Severity.ERROR
TITLE = "rule that always matches"


def check(run: Run) -> Iterator[Issue]:
    """Rules whose negation no event can match, and filters that take nothing away."""
    for document, expr in run.expressions():
        if not can_hold(Not(expr, expr.span), run.catalog):
            what = "the filter lets every event pass" if document.filter else "every event matches"
            yield Issue(condition_span(document), what)
