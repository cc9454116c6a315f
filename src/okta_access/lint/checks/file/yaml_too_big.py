"""The document nests deeper than 40 levels or holds more than 20,000 values.

Aliases count as what they stand for, so a few lines that expand to millions of values ("alias
bomb") or an alias inside its own anchor end here, before they take any time or memory.

Wrong:

```yaml file
title: «&title [*title]»
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA004"
SEVERITY = Severity.ERROR
TITLE = "too deep or too many values"
