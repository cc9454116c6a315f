"""A technique that exists and that no field of these events can show.

`securityContext.isProxy` says that there was a proxy, not that there were several in a row
(T1090.003). A user agent or a missing session is no token (T1550.001).

Wrong:

```yaml
tags:
    - attack.command-and-control
    - «attack.t1090.003»
```

Right:

```yaml
tags:
    - attack.command-and-control
    - attack.t1090
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.attack import NOT_SHOWN
from okta_access.lint.facts.tags import all_attack_tags
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA505"
SEVERITY = Severity.WARNING
TITLE = "ATT&CK technique that cannot be shown"


def check(run: Run) -> Iterator[Issue]:
    """Techniques beyond what the fields say."""
    for tag in all_attack_tags(run):
        if tag.name in NOT_SHOWN:
            yield Issue(tag.span, f"{tag.name.upper()} cannot be shown", NOT_SHOWN[tag.name])
