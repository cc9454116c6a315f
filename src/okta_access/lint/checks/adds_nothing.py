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
            - curl/7
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
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.reach import can_hold, conjuncts, surely_contained
from okta_access.lint.run import Run
from okta_access.rules.describe import describe
from okta_access.rules.model import And, Atom, Expr, Not, Or, Pattern, SameAs, atoms

CODE = "OA303"
SEVERITY = Severity.WARNING
TITLE = "part that adds nothing"


def check(run: Run) -> Iterator[Issue]:
    """Operands that the others imply (in a conjunction) or cover (in a disjunction)."""
    for _, rule in run.event_rules():
        if can_hold(rule.expr, run.catalog):
            yield from _in(rule.expr, run.catalog)


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
            yield from _covered(operands, catalog)
            for operand in operands:
                yield from _in(operand, catalog)


def _implied(parts: list[Expr], catalog: Catalog) -> Iterator[Issue]:
    kept = list(parts)
    for part in reversed(parts):  # of two that imply each other the later one is the addition
        others = [other for other in kept if other is not part]
        related = tuple(other for other in others if _fields(other) & _fields(part))
        # Parts about other fields cannot imply this one, unless they contradict each other.
        if related and surely_contained(And(related, part.span), part, catalog):
            kept = others
            message = f"{_words(part)} adds nothing: the rest of the condition implies it"
            yield Issue(_place(part), message)


def _covered(operands: tuple[Expr, ...], catalog: Catalog) -> Iterator[Issue]:
    kept = list(operands)
    for operand in reversed(operands):
        for other in kept:
            asked = other is not operand and _may_cover(other, operand)
            if asked and surely_contained(operand, other, catalog):
                kept = [one for one in kept if one is not operand]
                message = f"{_words(operand)} adds nothing: {_words(other)} covers it"
                yield Issue(_place(operand), message)
                break


def _may_cover(wide: Expr, narrow: Expr) -> bool:
    """Whether it is worth asking the solver, which takes its time."""
    if isinstance(wide, Atom) and isinstance(narrow, Atom):
        left, right = wide.test, narrow.test
        if isinstance(left, Pattern) and isinstance(right, Pattern):
            # What the wider pattern asks for must stand in the narrower one: its wildcards may
            # stand for nothing that helps.
            offered = [part.lower() for part in right.parts if isinstance(part, str)]
            asked = [part.lower() for part in left.parts if isinstance(part, str)]
            if not all(any(part in one for one in offered) for part in asked):
                return False
    return _fields(wide) <= _fields(narrow)


def _fields(expr: Expr) -> frozenset[str]:
    found = set()
    for atom in atoms(expr):
        found.add(atom.field)
        if isinstance(atom.test, SameAs):
            found.add(atom.test.other)
    return frozenset(found)


def _place(expr: Expr) -> Span:
    first = atoms(expr)[0]
    return first.span if isinstance(expr, Atom) else first.key_span


def _words(expr: Expr) -> str:
    if isinstance(expr, Atom):
        return f"`{describe(expr)}`"
    negation = "not " if isinstance(expr, Not) else ""
    first, *rest = atoms(expr)
    return f"`{negation}{describe(first)}{' …' if rest else ''}`"
