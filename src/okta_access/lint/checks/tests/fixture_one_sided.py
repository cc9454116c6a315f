"""A fixture that shows no match, or no miss.

Without a match nothing proves that the rule fires. Without a miss nothing proves that it stays
silent where it should, and a rule that matches everything would pass.

Wrong:

```yaml fixture
«»match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
```

Right:

```yaml fixture
match:
    - why: A user asks for access.
      event:
          eventType: access.request.create
miss:
    - why: Another type.
      event:
          eventType: access.request.resolve
```
"""

from collections.abc import Iterator

from okta_access.errors import Span
from okta_access.lint.facts.fixtures import rule_fixtures
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA604"
SEVERITY = Severity.WARNING
TITLE = "fixture with one side only"


def check(run: Run) -> Iterator[Issue]:
    """Fixtures that can be read and lack cases of one of the two kinds."""
    for one in run.once(rule_fixtures):
        if one.fixture is None or one.fixture.problems:
            continue
        sides = {case.matches for case in one.fixture.cases}
        for side, name in ((True, "match"), (False, "miss")):
            if side not in sides:
                yield Issue(Span(one.fixture.file), f"the fixture has no case under `{name}`")
