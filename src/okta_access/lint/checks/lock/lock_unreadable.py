"""A line of `rules.lock` that is none, as a merge conflict leaves it.

`okta-access lock` settles a conflict: it reads both sides and writes what holds now.

Wrong:

```text
«<<<<<<< HEAD»
rule 1 0123456789abcdef 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b active
```

Right:

```text
rule 1 0123456789abcdef 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b active
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.lock import locks
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.lock.file import UNREADABLE

CODE = UNREADABLE
SEVERITY = Severity.ERROR
TITLE = "lock that cannot be read"


def check(run: Run) -> Iterator[Issue]:
    """Lines of the locks beside the rules that have not the form of one."""
    for lock in locks(run).values():
        for problem in (*lock.problems, *lock.conflict):
            yield Issue(problem.span, problem.message, problem.hint)
