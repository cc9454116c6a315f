"""A suppressing comment that gives no codes or no reason; it answers nothing.

A finding may be wrong for a rule, and the next reader must learn why. The form is
`# okta-access: ignore OA206 -- reason`, behind the line or on a line of its own above it; several
codes are separated by commas.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.type: Robot  «# okta-access: ignore OA206»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.type: Robot  # okta-access: ignore OA206 -- seen in our own log on 2026-11-02
    condition: selection
```
"""

from okta_access.lint.findings import Severity

CODE = "OA901"
SEVERITY = Severity.ERROR
TITLE = "suppression without a reason"
