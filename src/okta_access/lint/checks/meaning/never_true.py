"""A rule that no event can match.

Its parts contradict each other: a value that is asked for and excluded, two values of one field at
once, an event type that the filter takes away again. The rule is silent for ever.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: SUCCESS
    filter_main_done:
        outcome.result|startswith: SUCC
    condition: «selection and not filter_main_done»
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
    filter_main_done:
        outcome.result|startswith: SUCC
    condition: selection and not filter_main_done
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import condition_span
from okta_access.lint.facts.reach import is_too_long
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.solver.logic import formula_of
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable, satisfy

CODE = "OA301"
SEVERITY = Severity.ERROR
TITLE = "rule that never matches"


def check(run: Run) -> Iterator[Issue]:
    """Rules for which the solver shows that there is no event, and filters that leave none."""
    for document, expr in run.expressions():
        if is_too_long(expr):
            continue
        try:
            satisfy(formula_of(expr), run.catalog)
        except Undecided:
            continue
        except Unsatisfiable as error:
            what = "the filter leaves no event" if document.filter else "the rule never matches"
            yield Issue(condition_span(document), f"{what}: {error.message}")
