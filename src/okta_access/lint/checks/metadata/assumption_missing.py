"""An assumption that a rule rests on by its fields, and does not name.

A rule on `securityContext.isProxy` is blind where Okta does not fill it for these events; whoever
decides on enabling the rule must be told. A correlation rests on what its rules rest on.

Wrong:

```yaml
«title»: Okta Access Request Created
detection:
    selection:
        eventType: access.request.create
        securityContext.isProxy: true
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        securityContext.isProxy: true
    condition: selection
assumptions:
    - A3
```
"""

from collections.abc import Iterator

from okta_access.assumptions.registry import assumptions
from okta_access.lint.documents import place
from okta_access.lint.facts.assumptions import needed_by_correlation, needed_by_rule
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Rule
from okta_access.rules.reading.document import RuleDocument

CODE = "OA511"
SEVERITY = Severity.INFO
TITLE = "assumption that is not named"


def check(run: Run) -> Iterator[Issue]:
    """What fields and grouping call for, less what the rule names."""
    for document, rule in run.event_rules():
        yield from _missing(document, rule, needed_by_rule(rule))
    whole = {id(correlation) for correlation in run.rule_set.correlations}
    for document, correlation in run.correlations():
        if id(correlation) in whole:
            rules = run.rule_set.referenced(correlation)
            yield from _missing(document, correlation, needed_by_correlation(correlation, rules))


def _missing(document: RuleDocument, rule: Rule, needed: dict[str, str]) -> Iterator[Issue]:
    for one, reason in needed.items():
        if one in assumptions() and one not in rule.meta.assumptions:
            key = "assumptions" if rule.meta.assumptions else "title"
            message = f"the rule rests on {one} ({assumptions()[one].statement}): {reason}"
            yield Issue(place(document, key), message, f"add {one} under `assumptions`")
