"""The logsource is missing, or is not `product: okta` and `service: okta`.

Sigma tools choose index and field names by the logsource. These two words are what SigmaHQ and the
published pipelines use for Okta's System Log.

Wrong:

```yaml
«logsource»:
    product: okta
    service: system_log
```

Right:

```yaml
logsource:
    product: okta
    service: okta
```
"""

from okta_access.lint.findings import Severity

CODE = "OA112"
SEVERITY = Severity.ERROR
TITLE = "log source other than the System Log"
