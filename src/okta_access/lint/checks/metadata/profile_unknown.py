"""A profile that is none of the three.

A rule for everybody is `core`, one for whoever watches these events daily is `extended`, and one
that is right on some tenants only is `opt-in`. The settings choose by these words.

Wrong:

```yaml
profile: «basic»
```

Right:

```yaml
profile: extended
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Profile

CODE = "OA514"
SEVERITY = Severity.ERROR
TITLE = "unknown profile"


def check(run: Run) -> Iterator[Issue]:
    """Values of `profile` that are no profile."""
    for entry in said(run, "profile"):
        if entry.text not in list(Profile):
            hint = f"one of {', '.join(Profile)}"
            yield Issue(entry.span, f"the profile `{entry.text}` is not known", hint)
