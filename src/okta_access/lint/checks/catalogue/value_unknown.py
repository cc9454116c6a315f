"""A value that is not among the known ones of its field.

Okta adds values without notice, so this is a warning, but mostly it is a slip: the known values of
`outcome.result` and `actor.type` are in the catalogue (`okta-access catalog show`). Texts compare
in any case unless `|cased` is there.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: «FAILED»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: FAILURE
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import accepts, shown
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.model import Pattern, Regex

CODE = "OA206"
SEVERITY = Severity.WARNING
TITLE = "unknown value"


def check(run: Run) -> Iterator[Issue]:
    """Texts and patterns on enum fields that no known value fits."""
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or field.type is not FieldType.ENUM:
            continue
        if not isinstance(test, (Pattern, Regex)) or any(accepts(test, v) for v in field.values):
            continue
        hint = did_you_mean(shown(test), field.values) or f"known are {', '.join(field.values)}"
        message = f"`{shown(test)}` is no known value of `{field.path}`"
        yield Issue(placed.atom.span, message, hint)
