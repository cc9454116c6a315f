"""A fixture that breaks the form of fixtures.

A fixture has the lists `match` and `miss`. Each entry says `why`, and gives an `event` or, for a
correlation, a `history`.

Wrong:

```yaml fixture
match:
    - «event:
          eventType: access.request.create
»
```

Right:

```yaml fixture
match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
```
"""

from okta_access.lint.findings import Severity

CODE = "OA603"
SEVERITY = Severity.ERROR
TITLE = "fixture that cannot be read"
