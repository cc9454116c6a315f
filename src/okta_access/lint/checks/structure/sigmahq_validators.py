"""What SigmaHQ's validators say of a rule: the conventions of the public Sigma repository.

They run where `pysigma-validators-sigmahq` is installed, which a user of these rules need not do:
they matter to rules that are to be given to SigmaHQ. Those that load data from the network, or that
contradict this project's conventions (names of files), are left out.

Wrong:

```yaml
«title»: Detects Okta access requests
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.validators import SIGMAHQ, issues_of
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA191"
SEVERITY = Severity.INFO
TITLE = "finding of SigmaHQ's validators"


def check(run: Run) -> Iterator[Issue]:
    """The issues of SigmaHQ's validators."""
    yield from issues_of(SIGMAHQ, run)
