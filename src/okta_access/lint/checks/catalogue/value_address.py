"""An ip field compared with a text that is no address.

Addresses compare as addresses: `10.0.0` or `10.0.0.300` is none, and equals nothing but an event
that holds this very text, which Elastic refuses to take in. A network needs `|cidr`. Patterns with
wildcards are let pass here.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.ipAddress: «10.0.0.0/8»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.ipAddress|cidr: 10.0.0.0/8
    condition: selection
```
"""

from collections.abc import Iterator
from ipaddress import ip_network

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern

CODE = "OA210"
SEVERITY = Severity.ERROR
TITLE = "address that is none"


def check(run: Run) -> Iterator[Issue]:
    """Literals on ip fields that the loader could not read as addresses."""
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or field.type is not FieldType.IP or not isinstance(test, Pattern):
            continue
        literal = test.literal
        if literal is not None and literal.lower() != "null":
            message = f"`{literal}` is no address, and `{field.path}` holds addresses"
            yield Issue(placed.atom.span, message, _hint(field.path, literal))


def _hint(path: str, literal: str) -> str:
    try:
        network = ip_network(literal, strict=False)
    except ValueError:
        return "an IPv4 or IPv6 address, or a network with |cidr"
    return f"write `{path}|cidr: {network}`"
