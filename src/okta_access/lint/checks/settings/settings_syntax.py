"""A settings file breaks TOML's grammar, so nothing in it is used.

The usual reasons are a text without quotes, a key that is set twice, and a comma that is missing
in a list.

Wrong:

```toml
[splunk]
index = «»okta
```

Right:

```toml
[splunk]
index = "okta"
```
"""

from okta_access.lint.findings import Severity

CODE = "OA701"
SEVERITY = Severity.ERROR
TITLE = "settings that are not TOML"
