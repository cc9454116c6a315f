"""The text "null" in quotes.

To a rule `'null'` is a text of four letters, and `null` means "not there". Okta writes the text in
`client.zone` alone, which is not in the catalogue; elsewhere the quotes are a slip.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.reason: «'null'»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.reason: null
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern

CODE = "OA209"
SEVERITY = Severity.WARNING
TITLE = "text that says null"


def check(run: Run) -> Iterator[Issue]:
    """Literals that are the word null, in any case."""
    for placed in run.once(placed_atoms):
        test = placed.atom.test
        if isinstance(test, Pattern) and (test.literal or "").lower() == "null":
            message = f'`{placed.atom.field}` is compared with the text "null"'
            yield Issue(placed.atom.span, message, "write null without quotes for `not there`")
