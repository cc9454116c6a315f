"""A top-level key, or one of `logsource`, that neither the specification nor this project knows.

Sigma allows keys of one's own, so this is a warning; but a misspelt `falsepositive:` or
`modifed:` is read by nobody and missed by nobody.

Wrong:

```yaml
«falsepositive»:
    - Ordinary requests
```

Right:

```yaml
falsepositives:
    - Ordinary requests
```
"""

from collections.abc import Iterable, Iterator

from okta_access.lint.facts.structure import schema_of
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import Guesses
from okta_access.rules.reading.source import Mapping, Node

CODE = "OA120"
SEVERITY = Severity.WARNING
TITLE = "unknown key"

_OTHER_KIND = "action"  # makes a document of another kind, which the loader refuses


def check(run: Run) -> Iterator[Issue]:
    """Top-level keys and keys of the log source outside the schema's properties."""
    guesses = Guesses()
    for document in run.documents:
        known, tree = schema_of(document)["properties"], document.tree
        yield from _in(tree, known, guesses)
        if isinstance(tree, Mapping) and "logsource" in known:
            words = known["logsource"]["properties"]
            yield from _in(tree.get("logsource"), words, guesses, " in `logsource`")


def _in(
    node: Node | None, known: Iterable[str], guesses: Guesses, where: str = ""
) -> Iterator[Issue]:
    for entry in node.entries if isinstance(node, Mapping) else ():
        if entry.name not in known and entry.name != _OTHER_KIND:
            span = entry.key.span
            hint = guesses.did_you_mean(span.file, entry.name, known)
            yield Issue(span, f"unknown key `{entry.name}`{where}", hint)
