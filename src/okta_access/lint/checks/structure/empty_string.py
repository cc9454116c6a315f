"""A field is compared with the empty string.

Elastic drops empty values when it takes an event in, so such a query never matches there, while
Splunk tells the two apart. Nothing, null and the empty string count as "not there"; say `null`.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.reason: «''»
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

from okta_access.lint.findings import Severity

CODE = "OA116"
SEVERITY = Severity.ERROR
TITLE = "comparison with the empty string"
