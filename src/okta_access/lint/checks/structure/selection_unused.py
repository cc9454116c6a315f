"""A selection that is defined and that the condition does not use.

Either the condition has lost a part, and the rule matches more than its author thinks (a filter
that filters nothing), or the selection is a leftover that misleads whoever reads the rule.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    «filter_main_system»:
        actor.type: SystemPrincipal
    condition: selection
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

from okta_access.lint.documents import selection_entries
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA105"
SEVERITY = Severity.ERROR
TITLE = "selection that is never used"

_CONDITION_BROKEN = frozenset({"OA103", "OA104"})


def check(run: Run) -> Iterator[Issue]:
    """Selections that a condition which parses does not mention."""
    for document in run.documents:
        # Where nothing at all is used, the condition is missing or broken.
        if not document.used or any(one.code in _CONDITION_BROKEN for one in document.problems):
            continue
        for entry in selection_entries(document):
            if entry.name not in document.used:
                message = f"the condition does not use the selection `{entry.name}`"
                yield Issue(entry.key.span, message, "use it or take it away")
