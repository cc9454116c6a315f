"""The actor compared with the target of an event whose target is the object itself.

All `access.request.*` events have one kind of target: the request, condition, sequence or settings.
No person is among the targets, so `actor.id` is never `target.id`, and such a rule cannot find
self-approval. Creating and resolving by one person is a correlation on `actor.id` and `target.id`.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.resolve
        actor.id|fieldref: «target.id»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.review.close
        actor.id|fieldref: target.id
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import Family
from okta_access.lint.facts.reach import both, placed_literals, types_with
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import SameAs

CODE = "OA213"
SEVERITY = Severity.WARNING
TITLE = "actor and target that never meet"

_ITSELF = frozenset({Family.REQUEST, Family.CONDITION, Family.SEQUENCE, Family.SETTINGS})


def check(run: Run) -> Iterator[Issue]:
    """`|fieldref` between actor and target in rules that reach none but such events."""
    for placed in run.once(placed_literals):
        atom, test = placed.atom, placed.atom.test
        if not isinstance(test, SameAs):
            continue
        if {atom.field.split(".")[0], test.other.split(".")[0]} != {"actor", "target"}:
            continue
        if test.other not in run.catalog.fields:
            continue
        types = types_with(both(placed.rule.expr, atom), run.catalog)
        families = {run.catalog.events[name].family for name in types}
        if families and families <= _ITSELF:
            message = f"`{atom.field}` and `{test.other}` are never the same in these events"
            yield Issue(atom.span, message, "their target is the request or setting itself")
