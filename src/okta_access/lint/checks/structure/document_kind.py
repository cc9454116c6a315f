"""A document with `action`.

`action: global` and its kin left the specification with version 2. Parts that rules share go into
each of them, or into a filter.

Wrong:

```yaml file
«action»: global
title: Okta Access
level: low
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
