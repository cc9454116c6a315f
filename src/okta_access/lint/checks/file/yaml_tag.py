"""A YAML tag (`!!python/name:…`, `!include`) or a merge key (`<<`).

Rule files are plain data. A tag asks the reader to build something else, which other Sigma tools
refuse or, worse, do.

Wrong:

```yaml file
title: «!include title.txt»
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA005"
SEVERITY = Severity.ERROR
TITLE = "tag or merge key"
