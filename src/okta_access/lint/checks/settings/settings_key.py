"""A settings file holds a key that nothing reads; every command refuses such a file.

Wrong:

```toml
[elastic]
«indices» = ["logs-okta*"]
```

Right:

```toml
[elastic]
index = ["logs-okta*"]
```
"""

from okta_access.lint.findings import Severity

CODE = "OA702"
SEVERITY = Severity.ERROR
TITLE = "unknown key in the settings"
