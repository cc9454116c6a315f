"""A value of a form that the specification does not allow.

A level or status outside its list, a date that is not written YYYY-MM-DD, a text where a list
belongs, a title longer than 256 characters, a tag in capitals: other Sigma tools refuse such a
rule, or read something else in it.

Wrong:

```yaml
status: «testing»
```

Right:

```yaml
status: test
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.structure import Clause, violations
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA102"
SEVERITY = Severity.ERROR
TITLE = "value of the wrong form"


def check(run: Run) -> Iterator[Issue]:
    """Broken clauses of the schema that concern one value."""
    for violation in run.once(violations):
        if violation.clause is Clause.VALUE:
            yield violation.issue
