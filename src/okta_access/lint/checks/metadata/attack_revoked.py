"""A technique that ATT&CK version 19 has revoked.

SIEMs that show the matrix drop such a tag, or put it under a heading that is gone.

Wrong:

```yaml
tags:
    - attack.defense-impairment
    - «attack.t1562.001»
```

Right:

```yaml
tags:
    - attack.defense-impairment
    - attack.t1685
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.attack import VERSION, revoked
from okta_access.lint.facts.tags import all_attack_tags
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run

CODE = "OA502"
SEVERITY = Severity.ERROR
TITLE = "revoked ATT&CK technique"


def check(run: Run) -> Iterator[Issue]:
    """Techniques that have a successor."""
    successors = revoked()
    for tag in all_attack_tags(run):
        if tag.name in successors:
            message = f"ATT&CK v{VERSION} has revoked {tag.name.upper()}"
            right = f"attack.{successors[tag.name]}"
            yield Issue(tag.span, message, f"write {right}", Fix(tag.written, right))
