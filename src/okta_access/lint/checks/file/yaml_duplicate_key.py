"""The same key stands twice in one mapping.

YAML readers differ in what they make of it; most keep the last value and say nothing, so that half
of a selection vanishes unseen. A rule with such a key is not used.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.type: User
        «actor.type»: System
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        actor.type:
            - User
            - System
    condition: selection
```
"""

from okta_access.lint.findings import Severity

CODE = "OA003"
SEVERITY = Severity.ERROR
TITLE = "key that stands twice"
