"""A title that claims what no field of these events can show.

An event of `access.request.resolve` does not say whether the request was approved. Nothing shows a
token, or what kind of proxy it was (Tor, VPN), or that somebody was malicious. The title is what an
analyst reads first, and may be all that reaches a report.

Wrong:

```yaml
title: «Okta Access Request Approved Over Tor»
```

Right:

```yaml
title: Okta Access Request Resolved From a Proxy
```
"""

from collections.abc import Iterator

from okta_access.lint.documents import said
from okta_access.lint.facts.claims import claims
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA512"
SEVERITY = Severity.WARNING
TITLE = "title that claims too much"


def check(run: Run) -> Iterator[Issue]:
    """Words in titles that stand for such a claim."""
    for title in said(run, "title"):
        for claim in claims(title.text, title.document.rule, run):
            yield Issue(title.span, f"the title claims `{claim.word}`, but {claim.reason}")
