"""A part of Sigma that has no meaning on these events.

These are parts of a time, `timeframe` in a detection, and a placeholder inside a longer text. A
count over time is a correlation. A placeholder (`%name%` with `|expand`) stands for the whole
value, since each value of its list takes its place.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    «timeframe»: 5m
    condition: selection
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

CODE = "OA109"
SEVERITY = Severity.ERROR
TITLE = "part of Sigma without a meaning here"
