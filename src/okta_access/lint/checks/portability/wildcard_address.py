"""A wildcard or a regular expression on an ip field.

Elastic keeps addresses as numbers (type `ip`) and knows no patterns on them, so the rule cannot be
said there. A network with `|cidr` can be said everywhere, and means what it looks like:
`10.1*` also covers 10.10.0.1 and 10.100.0.1.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.ipAddress|startswith: «'10.1'»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.ipAddress|cidr: 10.1.0.0/16
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import shown
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex

CODE = "OA401"
SEVERITY = Severity.WARNING
TITLE = "pattern on an address"


def check(run: Run) -> Iterator[Issue]:
    """Patterns with wildcards, and regular expressions, on ip fields."""
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or field.type is not FieldType.IP:
            continue
        if isinstance(test, Regex) or (isinstance(test, Pattern) and test.literal is None):
            message = f"Elastic knows no pattern such as `{shown(test)}` on addresses"
            yield Issue(placed.atom.span, message, f"write `{field.path}|cidr: …`")
