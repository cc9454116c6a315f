"""A letter that looks like a Latin one and is another.

A Cyrillic `а` in `actor` reads as the field and is none; in a value it never matches what Okta
writes. Found are letters of another script inside a Latin word, words made of look-alikes alone,
and Latin letters in other forms (fullwidth, mathematical). Texts that are written in another script
are left alone.

Wrong:

```yaml
title: Okta «А»ccess Request Created
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.characters import look_alikes
from okta_access.lint.facts.texts import escaped_texts, first_of_each, written_texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA123"
SEVERITY = Severity.ERROR
TITLE = "letter that looks like another"


def check(run: Run) -> Iterator[Issue]:
    """Such letters in the lines of rule files, and those that escapes put into a value."""
    texts = (*run.once(written_texts), *run.once(escaped_texts))
    for one, span, times in first_of_each(texts, look_alikes):
        again = f"; it stands {times} times in this file" if times > 1 else ""
        yield Issue(span, f"{one.name} looks like a Latin letter", f"type it anew{again}")
