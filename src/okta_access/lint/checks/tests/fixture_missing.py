"""A rule without a fixture.

A fixture says in events what the rule is for: which ones it must match and which it must not.
Nothing else can tell that a rule does what its author meant. It lies in `fixtures/`, beside the
folder `rules`, under the rule's name.

Wrong:

```yaml
«name»: okta_access_rule_without_fixture
```

Right:

```yaml
name: rule
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.fixtures import rule_fixtures
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA601"
SEVERITY = Severity.WARNING
TITLE = "rule without a fixture"


def check(run: Run) -> Iterator[Issue]:
    """Rules for which no file lies in the folder of fixtures."""
    for one in run.once(rule_fixtures):
        if one.fixture is None:
            hint = f"write fixtures/{one.path.name}"
            yield Issue(one.place, "the rule has no fixture", hint)
