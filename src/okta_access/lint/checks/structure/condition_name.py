"""The condition names a selection that is not defined, or a pattern that none of them matches.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    condition: «selektion»
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
    condition: selection
```
"""

from okta_access.lint.findings import Severity

CODE = "OA104"
SEVERITY = Severity.ERROR
TITLE = "condition that names nothing"
