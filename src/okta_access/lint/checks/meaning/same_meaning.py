"""Two rules that match the same events.

One attack then raises two alerts, and an edit of one rule leaves the other behind. Bases of
correlations raise none and are not meant here; a correlation can refer to any rule.

Wrong:

```yaml file
title: Okta Access Request Created
id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d
name: first
level: low
logsource:
    product: okta
    service: okta
detection:
    selection:
        eventType: access.request.create
        actor.type: User
    condition: selection
---
title: Okta Access Request Created by a User
id: 0c9a7f0e-6f3e-4a53-8c9d-7b1f2e5d4a6b
name: second
level: low
logsource:
    product: okta
    service: okta
«detection»:
    type:
        eventType: access.request.create
    actor:
        actor.type: User
    condition: type and actor
```

Right:

```yaml
title: Okta Access Request Created
```
"""

from collections import defaultdict
from collections.abc import Iterator

from okta_access.lint.documents import place
from okta_access.lint.facts.reach import pairs_of_one_meaning
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import EventRule, fields_read
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.solver.event_types import TypeSet, possible_types

CODE = "OA305"
SEVERITY = Severity.WARNING
TITLE = "rules of one meaning"


def check(run: Run) -> Iterator[Issue]:
    """Pairs of alerting rules that contain each other."""
    groups: dict[tuple[TypeSet, frozenset[str]], list[tuple[RuleDocument, EventRule]]]
    groups = defaultdict(list)
    for document, rule in run.event_rules():
        if not rule.silent:
            fields = frozenset(fields_read(rule.expr))
            groups[possible_types(rule.expr), fields].append((document, rule))
    for group in groups.values():
        exprs = [rule.expr for _, rule in group]
        for later, earlier in pairs_of_one_meaning(exprs, run.catalog):
            message = f"the rule matches the same events as `{group[earlier][1].name}`"
            yield Issue(place(group[later][0], "detection"), message)
