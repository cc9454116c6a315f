"""A selection that is defined and that the condition does not use.

Either the condition has lost a part, and the rule matches more than its author thinks (a filter
that filters nothing), or the selection is a leftover that misleads whoever reads the rule.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_system:
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

from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.source import Mapping

CODE = "OA105"
SEVERITY = Severity.ERROR
TITLE = "selection that is never used"

_CONDITION_BROKEN = frozenset({"OA103", "OA104"})
_NO_SELECTIONS = frozenset({"condition", "timeframe"})


def check(run: Run) -> Iterator[Issue]:
    """Names under `detection` that a condition which parses does not mention."""
    for document in run.documents:
        detection = document.tree.get("detection") if isinstance(document.tree, Mapping) else None
        if not isinstance(detection, Mapping) or not document.used:
            continue
        if any(problem.code in _CONDITION_BROKEN for problem in document.problems):
            continue
        for entry in detection.entries:
            if entry.name not in _NO_SELECTIONS and entry.name not in document.used:
                message = f"the condition does not use the selection `{entry.name}`"
                yield Issue(entry.key.span, message, "use it or take it away")
