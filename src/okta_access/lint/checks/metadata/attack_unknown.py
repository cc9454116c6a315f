"""A technique that ATT&CK version 19 does not have.

SIEMs that show the matrix drop such a tag, and the rule counts for nothing there. Most often a
digit is wrong, or the sub-technique is of another technique.

Wrong:

```yaml
tags:
    - attack.privilege-escalation
    - «attack.t1548.055»
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
from okta_access.lint.facts.attack import VERSION, revoked, tactics_of
from okta_access.lint.facts.tags import Kind, all_attack_tags
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import Guesses

CODE = "OA518"
SEVERITY = Severity.ERROR
TITLE = "unknown ATT&CK technique"


def check(run: Run) -> Iterator[Issue]:
    """Tags of the form of a technique that is none."""
    known, former = technique_ids(), revoked()
    tactic, technique = Guesses(), Guesses()
    for tag in all_attack_tags(run):
        name = tag.name.upper()
        if tag.kind is Kind.TECHNIQUE and name not in known and tag.name not in former:
            file = tag.span.file
            hint = tactic.did_you_mean(file, tag.name, tactics_of())
            hint = hint or technique.did_you_mean(file, name, known)
            yield Issue(tag.span, f"ATT&CK v{VERSION} has no technique {name}", hint)
