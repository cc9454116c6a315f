"""A modifier is unknown, does not go with the others, or does not fit the field or the value.

`cidr` needs an ip field; `gt`, `gte`, `lt` and `lte` need a number, which no catalogued field is;
`re` needs a pattern in the dialect that Python, PCRE and Lucene read alike (no look-around, no
back-references, anchors at the ends only).

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.displayName|cidr: «10.0.0.0/8»
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

from okta_access.lint.findings import Severity

CODE = "OA107"
SEVERITY = Severity.ERROR
TITLE = "modifier that does not fit"
