"""A value of another type than its field.

`securityContext.isProxy` is true or false and nothing else: a text such as `yes`, a pattern or a
regular expression never matches there. A field of text compared with a bare `true` or `false` is
the same slip the other way round.

Wrong:

```yaml
detection:
    selection:
        eventType: access.request.create
        securityContext.isProxy: «'yes'»
    condition: selection
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        securityContext.isProxy: true
    condition: selection
```
"""

from collections.abc import Iterator

from okta_access.catalog.model import FieldType
from okta_access.lint.facts.items import items, placed_atoms
from okta_access.lint.facts.text_tests import shown
from okta_access.lint.findings import Fix, Issue, Severity
from okta_access.lint.run import Run
from okta_access.rules.model import Pattern, Regex
from okta_access.rules.reading.modifiers import LIST_MODIFIERS

CODE = "OA207"
SEVERITY = Severity.ERROR
TITLE = "value of the wrong type"

_MEANT = dict.fromkeys(("yes", "on", "y", "1"), "true") | dict.fromkeys(
    ("no", "off", "n", "0"), "false"
)


def check(run: Run) -> Iterator[Issue]:
    """Texts on boolean fields, booleans on the others."""
    yield from _texts_on_booleans(run)
    yield from _booleans_on_texts(run)


def _texts_on_booleans(run: Run) -> Iterator[Issue]:
    for placed in run.once(placed_atoms):
        field, test = run.catalog.fields.get(placed.atom.field), placed.atom.test
        if field is None or field.type is not FieldType.BOOLEAN:
            continue
        if isinstance(test, (Pattern, Regex)):
            text = shown(test)
            message = f"`{text}` is compared with `{field.path}`, which is true or false"
            meant = _MEANT.get(text.lower()) if isinstance(test, Pattern) else None
            if meant is None:
                yield Issue(placed.atom.span, message, "write true or false")
            else:
                hint = f"write `{field.path}: {meant}`"
                yield Issue(placed.atom.span, message, hint, Fix(text, meant))


def _booleans_on_texts(run: Run) -> Iterator[Issue]:
    for item in run.once(items):
        field = run.catalog.fields.get(item.field)
        if field is None or field.type is FieldType.BOOLEAN or {*item.modifiers} - LIST_MODIFIERS:
            continue  # what a modifier takes is OA107's
        for value in item.values:
            # Other spellings (`no`, `on`) are OA208's: YAML has changed what was written.
            if isinstance(value.value, bool) and value.text in ("true", "false"):
                message = f"`{field.path}` holds text, and is compared with a bare {value.text}"
                yield Issue(value.span, message, f"write '{value.text}' if that text is meant")
