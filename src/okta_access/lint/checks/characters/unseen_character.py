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
from okta_access.lint.facts.texts import escaped_texts, first_of_each, written_texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA124"
SEVERITY = Severity.ERROR
TITLE = "character that cannot be seen"


def check(run: Run) -> Iterator[Issue]:
    """Such characters in the lines of rule files, and those that escapes put into a value."""
    texts = (*run.once(written_texts), *run.once(escaped_texts))
    for one, span, times in first_of_each(texts, unseen):
        again = f"; it stands {times} times in this file" if times > 1 else ""
        yield Issue(span, f"{one.name} cannot be seen", f"take it out{again}")
