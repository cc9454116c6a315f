"""The file is larger than 1 MiB.

A rule has a few thousand bytes. Something else was given the name of a rule file, or lists stand in
a rule that belong into the settings behind a placeholder.

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA006"
SEVERITY = Severity.ERROR
TITLE = "file larger than 1 MiB"
