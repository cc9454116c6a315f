"""A date that is not in the calendar, or a `modified` before the `date`.

Wrong:

```yaml
date: 2026-03-01
modified: «2026-02-30»
```

Right:

```yaml
date: 2026-03-01
modified: 2026-03-02
```
"""

import re
from collections.abc import Iterator
from datetime import date

from okta_access.lint.documents import texts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.reading.document import RuleDocument

CODE = "OA119"
SEVERITY = Severity.WARNING
TITLE = "date that cannot be"

_FORM = re.compile(r"\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])")  # others are OA102's


def check(run: Run) -> Iterator[Issue]:
    """Days that no month has, and changes from before the rule was made."""
    for document in run.documents:
        yield from _in(document)


def _in(document: RuleDocument) -> Iterator[Issue]:
    days: dict[str, date] = {}
    for key in ("date", "modified"):
        for written in texts(document, key):
            if not _FORM.fullmatch(written.text):
                continue
            try:
                days[key] = date.fromisoformat(written.text)
            except ValueError:
                message = f"`{key}` is `{written.text}`, a day that is not in the calendar"
                yield Issue(written.span, message)
                continue
            if key == "modified" and "date" in days and days[key] < days["date"]:
                message = f"`modified` is {written.text}, before `date` ({days['date']})"
                yield Issue(written.span, message)
