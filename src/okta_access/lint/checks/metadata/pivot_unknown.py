"""A runbook whose next query no SIEM could be asked.

`pivot` names one of the queries that the compilers know, and how far around the alert it looks:
`actor, 24h around`, `target, 7d before to now`, `requests, 2h after`. Of one that is not known,
that asks for a field which the catalogue lacks, or for the group of a rule that groups nothing,
no query is written, and the runbook with it.

Wrong:

```yaml
runbook:
    first: Does a ticket name the change?
    next: Events of the same actor.id, which should be of one run.
    pivot: «actors, 24h around»
    window: 24 hours around
    close: It does.
    escalate: Nobody knows of it.
```

Right:

```yaml
runbook:
    first: Does a ticket name the change?
    next: Events of the same actor.id, which should be of one run.
    pivot: actor, 24h around
    window: 24 hours around
    close: It does.
    escalate: Nobody knows of it.
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import Catalog
from okta_access.catalog.pivots import load_pivots, pivot_named
from okta_access.lint.facts.structure import first_line
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.pivots import FORM, next_query
from okta_access.rules.reading.source import Mapping, Scalar

CODE = "OA519"
SEVERITY = Severity.WARNING
TITLE = "pivot that is not known"


def check(run: Run) -> Iterator[Issue]:
    """Pivots of runbooks that cannot be written as a query; where there is none, OA516 says so."""
    for document in run.documents:
        tree = document.tree
        book = tree.get("runbook") if isinstance(tree, Mapping) else None
        node = book.get("pivot") if isinstance(book, Mapping) else None
        if not isinstance(node, Scalar) or not node.text.strip():
            continue
        groups = isinstance(tree, Mapping) and tree.get("correlation") is not None
        found = _wrong(" ".join(node.text.split()), groups, run.catalog)
        if found is not None:
            yield Issue(first_line(node.span), *found)


def _wrong(text: str, groups: bool, catalog: Catalog) -> tuple[str, str] | None:
    """What is wrong with a pivot, and what it may be."""
    known = load_pivots()
    name = text.partition(",")[0]
    if name not in known:
        return f"the pivot `{name}` is not known", f"one of {', '.join(known)}"
    if next_query(text) is None:
        return f"`{text}` is no pivot and stretch of time", FORM
    if pivot_named(name, catalog) is None:
        paths = {path for pair in known[name].same.items() for path in pair}
        missing = ", ".join(sorted(path for path in paths if catalog.field(path) is None))
        return f"the pivot `{name}` asks for {missing}", "a catalogue file that has it: --catalog"
    if known[name].group and not groups:
        return f"the pivot `{name}` is for rules that group, which this is not", "actor, or target"
    return None
