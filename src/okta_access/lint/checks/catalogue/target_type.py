"""A rule that needs a target of a certain type, where nobody knows that type.

For requests Okta's catalogue gives one example, `ACCESS_REQUEST`. For conditions, sequences,
settings and reviews it publishes no type of the target: a rule that requires one rests on a guess,
and is silent where the guess is wrong.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.condition.delete
        target.type: «CONDITION»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.condition.delete
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import Family
from okta_access.lint.facts.reach import both, placed_literals, types_with
from okta_access.lint.facts.text_tests import accepts, shown
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex

CODE = "OA214"
SEVERITY = Severity.WARNING
TITLE = "type of target that nobody has published"

_REQUEST_TARGET = "ACCESS_REQUEST"


def check(run: Run) -> Iterator[Issue]:
    """Tests of `target.type` that a match needs."""
    for placed in run.once(placed_literals):
        test = placed.atom.test
        needed = placed.literal.positive and placed.atom.field == "target.type"
        if not needed or not isinstance(test, (Pattern, Regex)):
            continue
        types = types_with(both(placed.rule.expr, placed.atom), run.catalog)
        families = {run.catalog.events[name].family for name in types} - {Family.OTHER}
        if families == {Family.REQUEST} and accepts(test, _REQUEST_TARGET):
            continue
        if families:
            message = f"no target of type `{shown(test)}` is known in these events"
            hint = f"the one known is {_REQUEST_TARGET}, in requests"
            yield Issue(placed.atom.span, message, hint)
