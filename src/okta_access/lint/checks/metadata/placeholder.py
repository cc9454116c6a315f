"""Words of a scaffold that were meant to be replaced.

`okta-access new` and `okta-access init` write them where only the author knows what to say. Whoever
reads an alert would see them.

Wrong:

```yaml
description: «>»-
    Detects that a sequence was removed. Say here why this matters and what it does not prove.
```

Right:

```yaml
description: >-
    Detects that a sequence was removed, without which requests of its resources take another way.
    That somebody meant harm is not shown.
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA517"
SEVERITY = Severity.WARNING
TITLE = "placeholder that was never replaced"

_WORDS = ("Your Name", "Your Team", "Say here why this matters")
_KEYS = ("title", "description", "author", "falsepositives")


def check(run: Run) -> Iterator[Issue]:
    """Placeholders in the texts of rules and in the pack of the settings."""
    for key in _KEYS:
        for text in said(run, key):
            for word in _in(text.text):
                yield Issue(text.span, f"`{word}` in `{key}` is a placeholder")
    for file in run.settings:
        pack = file.raw.get("pack")
        for key, value in pack.items() if isinstance(pack, dict) else ():
            for word in _in(value) if isinstance(value, str) else ():
                span = file.places().value(("pack", key))
                yield Issue(span, f"`{word}` in `{key}` is a placeholder")


def _in(text: str) -> Iterator[str]:
    words = " ".join(text.split())
    return (word for word in _WORDS if word in words)
