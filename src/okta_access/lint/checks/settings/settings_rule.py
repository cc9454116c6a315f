"""The settings name a rule or filter that is not there, so they change nothing.

A rule that was renamed leaves such an entry behind. Rules that lie in the same folder and were
only not asked for are there.

Wrong:

```toml
[rules.«rul»]
enabled = false
```

Right:

```toml
[rules.rule]
enabled = false
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.settings import rule_settings
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import did_you_mean
from okta_access.rules.collection import lies_beside

CODE = "OA704"
SEVERITY = Severity.WARNING
TITLE = "settings for a rule that is not there"


def check(run: Run) -> Iterator[Issue]:
    """Entries under ``[rules]`` that no rule, filter or file of the rules' folders answers to."""
    known = {document.name for document in run.whole_documents()}
    for one in rule_settings(run):
        if one.name not in known and not lies_beside(run.rule_set.files, one.name):
            message = f"no rule is named `{one.name}`"
            yield Issue(one.key(), message, did_you_mean(one.name, known))
