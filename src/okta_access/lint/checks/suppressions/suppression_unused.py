"""A suppressing comment for a code that is not found on its line.

The rule was mended, the line has moved, or the code is misspelt. Left in place, the comment would
hide the next finding of that code. Faults of the file itself (OA0xx) cannot be suppressed.

Wrong:

```yaml
detection:
    selection:
        «# okta-access: ignore OA206 -- seen in our own log on 2026-11-02»
        eventType: access.request.create
        actor.type: User
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        # okta-access: ignore OA206 -- seen in our own log on 2026-11-02
        actor.type: Robot
    condition: selection
```
"""

from okta_access.lint.findings import Severity

CODE = "OA902"
SEVERITY = Severity.WARNING
TITLE = "suppression of nothing"
