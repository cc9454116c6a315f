"""A runbook that lacks one of its lines, or has a line of another name.

Whoever is woken by an alert needs all of them: what to check first, which events to look at next
and what they should show, the query that finds these (OA519 says which there are), over which time,
when to close it, and when to call for help.

Wrong:

```yaml
«runbook»:
    first: Does a ticket name the change?
    close: It does.
```

Right:

```yaml
runbook:
    first: Does a ticket name the change?
    next: Events of the same actor.id, which should be of one run.
    pivot: actor, 24h around
    window: 24 hours around
    close: It does.
    escalate: Nobody knows of it.
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import place
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Runbook
from okta_access.rules.reading.source import Mapping, Scalar

CODE = "OA516"
SEVERITY = Severity.WARNING
TITLE = "runbook that is not whole"

_LINES = Runbook.__struct_fields__


def check(run: Run) -> Iterator[Issue]:
    """Runbooks with a line too few or too many; one finding a rule."""
    for document in run.documents:
        tree = document.tree
        node = tree.get("runbook") if isinstance(tree, Mapping) else None
        if node is None:
            continue
        entries = node.entries if isinstance(node, Mapping) else ()
        said = {e.name for e in entries if isinstance(e.value, Scalar) and e.value.text.strip()}
        wrong = [*(name for name in _LINES if name not in said), *sorted(said - {*_LINES})]
        if wrong:
            message = f"the runbook is not whole: {', '.join(f'`{name}`' for name in wrong)}"
            yield Issue(place(document, "runbook"), message, f"its lines are {', '.join(_LINES)}")
