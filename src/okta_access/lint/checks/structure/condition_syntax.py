"""The condition breaks Sigma's grammar, or is longer or deeper than any real one.

A condition is made of selection names, `and`, `or`, `not`, parentheses, and `1 of` or `all of` with
a name that may end in `*`, or `them`. Sigma reads its words in lower case.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_system:
        actor.type: SystemPrincipal
    condition: selection «AND» not filter_main_system
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_system:
        actor.type: SystemPrincipal
    condition: selection and not 1 of filter_main_*
```
"""

from okta_access.lint.findings import Severity

CODE = "OA103"
SEVERITY = Severity.ERROR
TITLE = "condition that does not parse"
