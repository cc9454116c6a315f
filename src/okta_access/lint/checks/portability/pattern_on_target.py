"""A wildcard or a regular expression on a member of `target`.

Older versions of Elastic's Okta integration keep `okta.target` as one flattened field, which takes
whole values only: there the rule never matches and no error says so. Newer versions keep its
members as keywords.

Wrong:

```yaml
detection:
    selection:
        eventType: access.review.close
        target.alternateId|endswith: «'@example.com'»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.review.close
        target.alternateId: user@example.com
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import shown
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex

CODE = "OA402"
SEVERITY = Severity.INFO
TITLE = "pattern on a member of an array"


def check(run: Run) -> Iterator[Issue]:
    """Patterns with wildcards, and regular expressions, on fields inside arrays."""
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or not field.member:
            continue
        if isinstance(test, Regex) or (isinstance(test, Pattern) and test.literal is None):
            message = (
                f"a pattern such as `{shown(test)}` needs `{field.elastic}` as a keyword, "
                "not flattened"
            )
            yield Issue(placed.atom.span, message)
