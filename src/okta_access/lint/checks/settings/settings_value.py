"""A setting has a value that it cannot have, or lacks a key that it needs.

Wrong:

```toml
[rules.rule]
level = «"severe"»
```

Right:

```toml
[rules.rule]
level = "high"
```
"""

from okta_access.lint.findings import Severity

CODE = "OA703"
SEVERITY = Severity.ERROR
TITLE = "wrong value in the settings"
