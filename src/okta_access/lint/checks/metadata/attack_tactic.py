"""An ATT&CK tag that names no tactic of version 19, nor has it the form of a technique.

Version 19 has no Defense Evasion any more: what hides is Stealth, what breaks defences is Defense
Impairment.

Wrong:

```yaml
tags:
    - «attack.defense-evasion»
```

Right:

```yaml
tags:
    - attack.defense-impairment
    - attack.t1685
```
"""

from collections.abc import Iterator

from okta_access.lint.facts.attack import VERSION, former_tactics, tactics
from okta_access.lint.facts.tags import Kind, all_attack_tags
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import Guesses

CODE = "OA501"
SEVERITY = Severity.ERROR
TITLE = "unknown ATT&CK tactic"


def check(run: Run) -> Iterator[Issue]:
    """Tags of the form of a tactic that is none."""
    known, former, guesses = tactics(), former_tactics(), Guesses()
    for tag in all_attack_tags(run):
        if tag.kind is Kind.TACTIC and tag.name not in known:
            name = tag.name.replace("_", "-")
            successors = " or ".join(f"attack.{one}" for one in former.get(name, ()))
            close = guesses.did_you_mean(tag.span.file, name, known)
            hint = f"since v{VERSION}: {successors}" if successors else close
            yield Issue(tag.span, f"ATT&CK v{VERSION} has no tactic `{tag.name}`", hint)
