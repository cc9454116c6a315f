"""The text breaks YAML's grammar, or a value is not what its tag says.

The reader stops at the place named, and nothing of the file is used. The usual reasons are a tab
in the indentation, an unclosed quote, and a colon or a hash in a text without quotes.

Wrong:

```yaml file
title: Okta«:» a request
level: low
```

Right:

```yaml
title: "Okta: a Request Created"
```
"""

from okta_access.lint.findings import Severity

CODE = "OA002"
SEVERITY = Severity.ERROR
TITLE = "not YAML"
