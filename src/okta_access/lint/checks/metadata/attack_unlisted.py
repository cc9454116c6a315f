"""A technique outside the short list that access requests and reviews can have to do with.

The list is this project's, not MITRE's: the technique exists, and a rule of yours may have to do
with it. But nothing here can check its tactics.

Wrong:

```yaml
tags:
    - attack.execution
    - «attack.t1059.001»
```

Right:

```yaml
tags:
    - attack.privilege-escalation
    - attack.t1548.005
```
"""

from collections.abc import Iterator

from okta_access.catalog.attack import technique_ids
from okta_access.lint.facts.attack import tactics_of
from okta_access.lint.facts.tags import all_attack_tags
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA503"
SEVERITY = Severity.INFO
TITLE = "ATT&CK technique that is not listed"


def check(run: Run) -> Iterator[Issue]:
    """Techniques of this version that are not in the table."""
    real, listed = technique_ids(), tactics_of()
    for tag in all_attack_tags(run):
        if tag.name not in listed and tag.name.upper() in real:
            message = f"{tag.name.upper()} is not among the techniques that these events concern"
            yield Issue(tag.span, message, "check its tactics by hand")
