"""A part of a rule that changes nothing.

A value that another value of the list covers already, or a filter against something that the
selection excludes anyway. It misleads whoever reads the rule: perhaps something else was meant.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.userAgent.rawUserAgent|contains:
            - curl
            - «curl/7»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.userAgent.rawUserAgent|contains:
            - curl
            - wget
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import Catalog
from okta_access.errors import Span
from okta_access.lint.facts.reach import can_hold, conjuncts, surely_contained
from okta_access.lint.facts.subsumption import subsumed
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import And, Atom, Expr, Not, Or, atoms, fields_read
from okta_access.rules.words import describe

CODE = "OA303"
SEVERITY = Severity.WARNING
TITLE = "part that adds nothing"

_MAX_PARTS = 50  # of one conjunction; each is a question to the solver


def check(run: Run) -> Iterator[Issue]:
    """Operands that the others imply (in a conjunction) or cover (in a disjunction)."""
    for _, expr in run.expressions():
        if can_hold(expr, run.catalog):
            yield from _in(expr, run.catalog)


def _in(expr: Expr, catalog: Catalog) -> Iterator[Issue]:
    match expr:
        case Atom():
            return
        case Not(operand):
            yield from _in(operand, catalog)
        case And():
            parts = list(conjuncts(expr))
            yield from _implied(parts, catalog)
            for part in parts:
                yield from _in(part, catalog)
        case Or(operands):
            for narrow, wide in subsumed(operands, catalog):
                message = f"{_words(narrow)} adds nothing: {_words(wide)} covers it"
                yield Issue(_place(narrow), message)
            for operand in operands:
                yield from _in(operand, catalog)


def _implied(parts: list[Expr], catalog: Catalog) -> Iterator[Issue]:
    kept = list(parts)
    fields = {id(part): frozenset(fields_read(part)) for part in parts}
    for part in reversed(parts) if len(parts) <= _MAX_PARTS else ():
        # Parts about other fields cannot imply this one, unless they contradict each other.
        others = [other for other in kept if other is not part]
        related = tuple(other for other in others if fields[id(other)] & fields[id(part)])
        if related and surely_contained(And(related, part.span), part, catalog):
            kept = others
            message = f"{_words(part)} adds nothing: the rest of the condition implies it"
            yield Issue(_place(part), message)


def _place(expr: Expr) -> Span:
    first = atoms(expr)[0]
    return first.span if isinstance(expr, Atom) else first.key_span


def _words(expr: Expr) -> str:
    if isinstance(expr, Atom):
        return f"`{describe(expr)}`"
    negation = "not " if isinstance(expr, Not) else ""
    first, *rest = atoms(expr)
    return f"`{negation}{describe(first)}{' …' if rest else ''}`"
