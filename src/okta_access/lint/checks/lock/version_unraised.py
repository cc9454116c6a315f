"""A rule means something else than when it was locked, and its version does not say so.

`version` is how whoever installed the rule sees that it changed; Kibana, Splunk and the manifest
show it. It rises when the condition, a list, a filter, a threshold or a base rule changes what the
rule finds, and stays when only words do. `rules.lock` beside the folder `rules` holds what each
rule meant; `okta-access lock --bump` raises the versions of rules that changed. While the rule, one
that it refers to or a filter of theirs has another error, this one waits: a slip of the pen changes
the meaning too.

Wrong:

```yaml
version: «1»
detection:
    selection:
        eventType: access.request.resolve
    condition: selection
```

Right:

```yaml
version: 2
detection:
    selection:
        eventType: access.request.resolve
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.lock import LockedRule, locked_rules
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.lock.compare import Fault

CODE = "OA801"
SEVERITY = Severity.ERROR
TITLE = "version that did not rise with the meaning"


def check(run: Run) -> Iterator[Issue]:
    """Rules whose meaning is not that of their version, or whose version fell."""
    for one in locked_rules(run):
        if one.fault in (Fault.UNRAISED, Fault.LOWERED):
            yield _issue(one)


def _issue(one: LockedRule) -> Issue:
    assert one.before is not None  # or there would be no fault
    now, was = one.now.version, one.before.version
    if now < was:
        message = f"version {now} is below {was}, which is in {one.lock.name}"
        return Issue(one.place, message, "a version only rises")
    message = f"the meaning changed: raise `version` from {was} to {was + 1}"
    return Issue(one.place, message, "okta-access lock --bump", after=one.sources)
