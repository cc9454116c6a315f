"""A character that shows nothing, or that changes how what follows is shown.

Control characters, zero-width ones, marks that turn the direction of writing, and spaces that are
no plain space: the rule is not what its reader sees. In a value such a character is compared like
any other, so the rule never matches; in a title or a comment it can hide words, or show them in
another order. This holds for every text of a rule file, comments included.

Wrong:

```yaml
title: «"Okta Access \\u202E Request"»
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.characters import unseen
from okta_access.lint.facts.texts import escaped_texts, written_texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA122"
SEVERITY = Severity.ERROR
TITLE = "character that cannot be seen"


def check(run: Run) -> Iterator[Issue]:
    """Such characters in the lines of rule files, and those that escapes put into a value."""
    for text in (*run.once(written_texts), *run.once(escaped_texts)):
        for one in unseen(text.text):
            yield Issue(text.place(one.at), f"{one.name} cannot be seen", "take it out")
