"""A description that claims what no field of these events can show.

The first sentence says what was seen, and is held to what a title may say: no approval or denial,
no token, no Tor or VPN. The sentences after it say why that matters and what it does not prove.
There such a word may stand beside a negation (`not`, `no`, `never`, …) or a doubt (`whether`,
`may`, `possibly`, …): the sentence then leaves the claim open. Anything else is suppressed with a
comment that gives the reason.

Wrong:

```yaml
description: «Detects a request that was approved from a proxy. The user was on Tor.»
```

Right:

```yaml
description: Detects a request that was resolved from a proxy. It may have been approved or denied.
```
"""

import re
from collections.abc import Iterator
from textwrap import shorten

from okta_access.lint.documents import Said, said
from okta_access.lint.facts.claims import claims
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA513"
SEVERITY = Severity.WARNING
TITLE = "description that claims too much"

_QUOTED = 60
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")
_LEFT_OPEN = re.compile(
    r"\b(?:not|no|nor|none|neither|never|nothing|nobody|cannot|without|whether|if|unless|may|might"
    r"|can|could|would|should|possibly|perhaps)\b|n't\b",
    re.IGNORECASE,
)


def check(run: Run) -> Iterator[Issue]:
    """Words in descriptions that stand for such a claim."""
    for description in said(run, "description"):
        if description.document.filter is None:  # it says what is harmless, and claims nothing
            yield from _issues(description, run)


def _issues(description: Said, run: Run) -> Iterator[Issue]:
    for number, sentence in enumerate(_SENTENCE_END.split(" ".join(description.text.split()))):
        if number > 0 and _LEFT_OPEN.search(sentence):
            continue
        for claim in claims(sentence, description.document.rule, run):
            where = shorten(sentence, _QUOTED, placeholder=" …")
            yield Issue(
                description.span,
                f'the description claims `{claim.word}` ("{where}"), but {claim.reason}',
            )
