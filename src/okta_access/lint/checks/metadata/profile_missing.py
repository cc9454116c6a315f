"""A rule that alerts and does not say in which profile.

Whoever begins with the core profile does not want to read every rule first. A rule without one is
on in every profile; audit rules (`informational`) and bases of correlations need none.

Wrong:

```yaml
«level»: low
```

Right:

```yaml
level: low
profile: extended
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import place, texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import EventRule, Level, Profile

CODE = "OA515"
SEVERITY = Severity.INFO
TITLE = "profile that is not named"


def check(run: Run) -> Iterator[Issue]:
    """Rules that raise alerts, without the key."""
    for document in run.documents:
        rule = document.rule
        if rule is None or rule.meta.level is Level.INFORMATIONAL or texts(document, "profile"):
            continue
        if not (isinstance(rule, EventRule) and rule.silent):
            hint = f"one of {', '.join(Profile)}"
            yield Issue(place(document, "level"), "the rule has no `profile`", hint)
