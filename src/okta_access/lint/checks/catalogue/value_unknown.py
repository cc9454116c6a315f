"""A value that is not among the known ones of its field.

Okta adds values without notice, so this is a warning, but mostly it is a slip: the known values of
`outcome.result` and `actor.type` are in the catalogue (`okta-access catalog show`). A plain value
of these fields compares exactly, so `Failure` is no `FAILURE`; with `|contains` and its like, or
with a wildcard, case does not matter unless `|cased` is there.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: «FAILED»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        outcome.result: FAILURE
    condition: selection
```
"""

from collections.abc import Iterable, Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import placed_atoms
from okta_access.lint.facts.text_tests import accepts, shown
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run
from okta_access.lint.suggest import Guesses
from okta_access.rules.case import fold
from okta_access.rules.model import Pattern, Regex

CODE = "OA206"
SEVERITY = Severity.WARNING
TITLE = "unknown value"


def check(run: Run) -> Iterator[Issue]:
    """Texts and patterns on enum fields that no known value fits."""
    guesses = Guesses()
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or field.type is not FieldType.ENUM:
            continue
        if not isinstance(test, (Pattern, Regex)) or any(accepts(test, v) for v in field.values):
            continue
        right = _in_right_case(test, field.values)
        if right is not None:
            message = f"`{shown(test)}` is written in another case, and compares exactly"
            fix = Fix(shown(test), right)
            yield Issue(placed.atom.span, message, f"did you mean `{right}`?", fix)
            continue
        close = guesses.did_you_mean(placed.atom.span.file, shown(test), field.values)
        hint = close or f"known are {', '.join(field.values)}"
        message = f"`{shown(test)}` is no known value of `{field.path}`"
        yield Issue(placed.atom.span, message, hint)


def _in_right_case(test: Pattern | Regex, known: Iterable[str]) -> str | None:
    """The known value that a plain text would be in another case."""
    literal = test.literal if isinstance(test, Pattern) else None
    if literal is None:
        return None
    return next((value for value in known if fold(value) == fold(literal)), None)
