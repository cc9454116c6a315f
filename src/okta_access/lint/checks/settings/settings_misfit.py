"""A setting that its rule cannot take: commands that use the rule refuse the settings.

A threshold and a timespan are those of a correlation, a threshold only where it counts; a filter
can be switched off and nothing else.

Wrong:

```toml
[rules.rule]
«threshold» = 3
```

Right:

```toml
[rules.rule]
level = "low"
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.settings import rule_settings
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.filters import Filter
from okta_access.rules.model import Correlation, EventRule, Rule

CODE = "OA705"
SEVERITY = Severity.ERROR
TITLE = "setting that does not fit its rule"

_OF_CORRELATIONS = ("threshold", "timespan")
_NOT_OF_FILTERS = ("level", *_OF_CORRELATIONS)


def check(run: Run) -> Iterator[Issue]:
    """Keys under ``[rules.NAME]`` that the kind of the rule has no use for."""
    rules = {one.name: one for one in run.whole_documents()}
    for setting in rule_settings(run):
        rule = rules.get(setting.name)
        for key in _unfit(rule) if rule is not None else ():
            if key in setting.keys:
                message = f"`{key}` means nothing for {setting.name}, which is {_kind(rule)}"
                yield Issue(setting.key(key), message, "remove the key")


def _unfit(rule: Rule | Filter) -> tuple[str, ...]:
    if isinstance(rule, Filter):
        return _NOT_OF_FILTERS
    if isinstance(rule, EventRule):
        return _OF_CORRELATIONS
    return ("threshold",) if rule.type.startswith("temporal") else ()


def _kind(rule: Rule | Filter | None) -> str:
    if isinstance(rule, Correlation):
        return f"a {rule.type} correlation"
    return "a filter" if isinstance(rule, Filter) else "no correlation"
