"""A rule that leaves out some of the outcomes that mean "not done", and forgets others.

Refused, failed, given up, unanswered, stopped by a limit, left out, challenged: an event with such
an outcome did not happen. The catalogue lists these values once, with the reason; a rule that names
one of them in a filter and not the rest takes attempts for acts.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.sequence.delete
    filter_main_failed:
        outcome.result:
            - «FAILURE»
            - DENY
    condition: selection and not 1 of filter_main_*
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.sequence.delete
    filter_main_not_done:
        outcome.result:
            - FAILURE
            - DENY
            - ABANDONED
            - UNANSWERED
            - RATE_LIMIT
            - SKIPPED
            - CHALLENGE
    condition: selection and not 1 of filter_main_*
```
"""

from collections.abc import Iterator

from okta_access.catalog.outcomes import OUTCOME, OutcomeKind, load_outcomes
from okta_access.errors import Span
from okta_access.lint.facts.reach import placed_literals
from okta_access.lint.facts.text_tests import accepts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex

CODE = "OA216"
SEVERITY = Severity.WARNING
TITLE = "outcome forgotten among those not done"


def check(run: Run) -> Iterator[Issue]:
    """Rules that exclude one of the values and let another pass."""
    not_done = load_outcomes()[OutcomeKind.NOT_DONE].values
    first: dict[int, Span] = {}
    excluded: dict[int, set[str]] = {}
    for placed in run.once(placed_literals):
        atom, rule = placed.atom, id(placed.rule)
        if placed.literal.positive or atom.field != OUTCOME:
            continue
        if not isinstance(atom.test, (Pattern, Regex)):
            continue
        left_out = {value for value in not_done if accepts(atom.test, value)}
        if left_out:
            first.setdefault(rule, atom.span)
            excluded.setdefault(rule, set()).update(left_out)
    for rule, span in first.items():
        forgotten = [value for value in not_done if value not in excluded[rule]]
        if forgotten:
            hint = f"add {', '.join(forgotten)}"
            yield Issue(
                span, f"the filter leaves out what was not done, but not {forgotten[0]}", hint
            )
