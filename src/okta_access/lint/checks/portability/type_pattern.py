"""A pattern on `eventType` that leaves a SIEM nothing to look events up by.

A SIEM finds events by whole words first and compares the rest of a rule with what it found. A
pattern cannot be looked up exactly, so the search begins with every event of the log
(`eventType=*`), and costs accordingly. The types that a pattern means are few: list them.

Wrong:

```yaml
detection:
    selection:
        eventType: «access.request.*.delete*»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType:
            - access.request.condition.delete
            - access.request.sequence.delete
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import EVENT_TYPE
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import accepts, shown
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import EventRule, Pattern, Regex
from okta_access.rules.solver.event_types import event_types

CODE = "OA403"
SEVERITY = Severity.WARNING
TITLE = "pattern that every event passes first"


def check(run: Run) -> Iterator[Issue]:
    """Patterns on the type, in rules whose types cannot be told without them."""
    for placed in run.once(placed_atoms):
        atom, rule = placed.atom, placed.document.rule
        if atom.field != EVENT_TYPE or not isinstance(atom.test, Pattern | Regex):
            continue
        if isinstance(atom.test, Pattern) and atom.test.literal is not None:
            continue
        if isinstance(rule, EventRule) and event_types(rule.expr) is not None:
            continue
        meant = [name for name in run.catalog.events if accepts(atom.test, name)]
        hint = f"list the types: {', '.join(meant)}" if meant else None
        message = f"`{shown(atom.test)}` is no word to look up: the search begins with all events"
        yield Issue(atom.span, message, hint)
