"""An event type that the catalogue does not have, or a pattern that none of its types matches.

Okta writes no such event, so the rule is silent for ever. A type that Okta has added since, or one
outside access requests and reviews, goes into a file for `--catalog`.

Wrong:

```yaml
detection:
    selection:
        eventType: «access.request.approve»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.resolve
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.event_types import Fit, event_type_uses
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import Guesses

CODE = "OA204"
SEVERITY = Severity.ERROR
TITLE = "unknown event type"


def check(run: Run) -> Iterator[Issue]:
    """Values of `eventType` that fit no catalogued type in any case."""
    guesses = Guesses()
    for use in run.once(event_type_uses):
        if use.fit is Fit.NONE:
            kind = "unknown event type" if use.literal else "no event type matches"
            close = guesses.did_you_mean(use.span.file, use.shown, run.catalog.events)
            hint = close or "see okta-access catalog show"
            yield Issue(use.span, f"{kind} `{use.shown}`", hint)
