"""Two tests of an array that two different members may pass.

`target.type: User` and `target.id: x` do not bind to one target: as Splunk and Elastic keep arrays,
any member may pass the one and any other the other. Where an event has several targets, the rule
matches more than it says.

Wrong:

```yaml
detection:
    selection:
        eventType: access.review.close
        target.alternateId|endswith: '@example.com'
        «target.id»: 00u1
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.review.close
        target.id: 00u1
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import Catalog
from okta_access.lint.facts.reach import conjuncts
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Absent, And, Atom, Expr, Not, Or, Present, atoms

CODE = "OA304"
SEVERITY = Severity.INFO
TITLE = "tests that may bind to different members"


def check(run: Run) -> Iterator[Issue]:
    """Conjunctions of which two parts ask for values of the same array."""
    for _, expr in run.expressions():
        yield from _in(expr, run.catalog)


def _in(expr: Expr, catalog: Catalog) -> Iterator[Issue]:
    match expr:
        case And():
            first: dict[str, Atom] = {}
            for part in conjuncts(expr):
                for array, atom in _asked(part, catalog).items():
                    earlier = first.setdefault(array, atom)
                    if earlier is not atom:
                        message = (
                            f"another member of `{array}` than that of `{earlier.field}` "
                            f"(line {earlier.span.line}) may pass this"
                        )
                        yield Issue(atom.key_span, message)
                yield from _in(part, catalog)
        case Or(operands):
            for operand in operands:
                yield from _in(operand, catalog)
        case Not(operand):
            yield from _in(operand, catalog)


def _asked(expr: Expr, catalog: Catalog) -> dict[str, Atom]:
    """The arrays of which a value is asked, each with the first atom that does."""
    if isinstance(expr, Not):
        return {}  # that no member passes is said of all of them alike
    found: dict[str, Atom] = {}
    for atom in atoms(expr):
        field = catalog.fields.get(atom.field)
        if field and field.member and not isinstance(atom.test, (Absent, Present)):
            found.setdefault(field.steps[0], atom)
    return found
