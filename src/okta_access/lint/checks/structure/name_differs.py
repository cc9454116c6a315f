"""A rule whose `name` is not its file's name.

Everything made of a rule is called by its name: compiled files, fixtures, alerts, references from
correlations. Files that hold several documents are exempt, and each of these needs a name.

Wrong:

```yaml
name: «okta_access_another_name»
```

Right:

```yaml
name: rule
```
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from okta_access.lint.documents import said
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA106"
SEVERITY = Severity.ERROR
TITLE = "name that differs from the file's"


def check(run: Run) -> Iterator[Issue]:
    """Names beside the stem of their file."""
    documents = Counter(document.file for document in run.documents)
    for name in said(run, "name"):
        stem = PurePath(name.document.file).stem
        if documents[name.document.file] == 1 and name.text != stem:
            yield Issue(name.span, f"the name `{name.text}` is not the file's", f"name: {stem}")
