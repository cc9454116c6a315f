"""A field that the catalogue does not have.

No event carries it, so the atom is false on every event and the rule silent for ever, or with a
`not` in front true on every event. Names are dotted paths as in Okta's System Log API, members of
arrays without brackets (`target.id`). Names as Splunk or Elastic keep them are not for rules:
compiling puts them in.

A field of your own tenant's events goes into a file for `--catalog`.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        «outcome.resutl»: FAILURE
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: FAILURE
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.fields import FieldState, field_uses
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA201"
SEVERITY = Severity.ERROR
TITLE = "unknown field"


def check(run: Run) -> Iterator[Issue]:
    """Names of fields in keys, `|fieldref` values, `group-by` and `field`."""
    for use in run.once(field_uses):
        if use.state is FieldState.UNKNOWN:
            hint = f"did you mean `{use.meant}`?" if use.meant else "see okta-access catalog show"
            yield Issue(use.span, f"unknown field `{use.name}`", hint)
