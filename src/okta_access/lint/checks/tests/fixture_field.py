"""A fixture sets or takes away a path that no catalogued event has.

The event would carry a field that Okta never writes, and the case would prove nothing: a fixture
with a misspelt field can make a misspelt rule pass.

Wrong:

```yaml fixture
match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
          «actor.typ»: User
```

Right:

```yaml fixture
match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
          actor.type: User
```
"""

from okta_access.lint.findings import Severity

CODE = "OA602"
SEVERITY = Severity.ERROR
TITLE = "fixture that names an unknown field"
