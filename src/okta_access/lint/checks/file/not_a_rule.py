"""The file is empty, or a document in it is no mapping.

A rule is a mapping with a title, an id, a level, and a detection or a correlation. An empty file
among the rules is often one that was never finished, or was cut off.

Wrong:

```yaml file
«- eventType: access.request.create
»
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA007"
SEVERITY = Severity.ERROR
TITLE = "no rule in the file"
