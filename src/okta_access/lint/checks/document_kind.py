"""A document with `filter` or `action`.

Sigma filters are not read yet; `action: global` left the specification with version 2.

Wrong:

```yaml file
title: Okta Filter
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
level: low
logsource:
    product: okta
    service: okta
filter:
    rules: any
    condition: not selection
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA115"
SEVERITY = Severity.ERROR
TITLE = "kind of document that is not supported"
