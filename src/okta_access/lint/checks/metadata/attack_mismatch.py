"""Tactics and techniques of a rule that do not belong together.

A technique needs one of its tactics beside it, and a tactic one of its techniques, or the rule
stands in the wrong column of the matrix.

Wrong:

```yaml
tags:
    - «attack.persistence»
    - «attack.t1548.005»
```

Right:

```yaml
tags:
    - attack.privilege-escalation
    - attack.t1548.005
```
"""

from collections.abc import Iterator, Mapping

from okta_access.lint.facts.attack import tactics, tactics_of
from okta_access.lint.facts.tags import AttackTag, Kind, attack_tags
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run

CODE = "OA504"
SEVERITY = Severity.WARNING
TITLE = "ATT&CK tactic and technique that do not fit"


def check(run: Run) -> Iterator[Issue]:
    """Listed techniques without a tactic of theirs, and tactics without a technique."""
    known = tactics_of()
    for document in run.documents:
        tags = tuple(attack_tags(document))
        techniques = [tag for tag in tags if tag.kind is Kind.TECHNIQUE]
        listed = {tag.name: known[tag.name] for tag in techniques if tag.name in known}
        yield from _techniques(tags, listed)
        if all(tag.name in listed for tag in techniques):  # of others the tactics are not known
            yield from _tactics(tags, listed)


def _techniques(
    tags: tuple[AttackTag, ...], listed: Mapping[str, tuple[str, ...]]
) -> Iterator[Issue]:
    present = {tag.name for tag in tags}
    for tag in tags:
        own = listed.get(tag.name, ())
        if own and not present & {*own}:
            wanted = " or ".join(f"attack.{tactic}" for tactic in own)
            yield Issue(tag.span, f"{tag.name.upper()} has none of its tactics beside it", wanted)


def _tactics(tags: tuple[AttackTag, ...], listed: Mapping[str, tuple[str, ...]]) -> Iterator[Issue]:
    shown = {tactic for own in listed.values() for tactic in own}
    for tag in tags:
        if tag.name in tactics() and tag.name not in shown:
            yield Issue(tag.span, f"the tactic `{tag.name}` has no technique beside it")
