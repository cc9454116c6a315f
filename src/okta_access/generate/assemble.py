"""From an assignment to an event: the template, varied where the assignment leaves it free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, Catalog, Field, FieldType
from okta_access.catalog.template import Event, template_event
from okta_access.generate.assignment import Assignment
from okta_access.generate.choices import Choices
from okta_access.generate.variations import vary
from okta_access.generate.vocabulary import OTHER_TYPES
from okta_access.rules.solver.satisfy import field_of


def assemble(catalog: Catalog, assignment: Assignment, choices: Choices) -> Event:
    """An event whose assigned fields hold exactly the assignment's texts.

    Everything else is the template's, or (by the choices) one of the shapes real events have.
    """
    types = assignment.get(EVENT_TYPE) or (choices.pick((*catalog.events, *OTHER_TYPES)),)
    event = template_event(catalog, types[0])
    arrays = _arrays(event, assignment, catalog)
    vary(event, catalog, choices)
    fields = [(field_of(catalog, path), texts) for path, texts in assignment.items()]
    scalars = [(field, texts) for field, texts in fields if not field.member]
    # Shorter paths first: a plain value in an object's place must not replace what was put into it.
    for field, texts in sorted(scalars, key=lambda one: len(one[0].steps)):
        if texts:
            put(event, field.steps, json_value(field, texts[0], choices))
        else:
            leave_out(event, field.steps, choices)
    for steps, inside in arrays.items():
        _put_members(event, steps, inside, choices)
    return event


def json_value(field: Field, text: str, choices: Choices) -> str | bool:
    """The text as JSON would hold it: a boolean also as itself."""
    if field.type is FieldType.BOOLEAN and not choices.chance(25):
        return text == "true"
    return text


def put(event: Event, steps: Sequence[str], value: Any) -> None:
    """Set a value, making objects on the way where there are none."""
    here = event
    for step in steps[:-1]:
        if not isinstance(here.get(step), dict):
            here[step] = {}
        here = here[step]
    here[steps[-1]] = value


def leave_out(event: Event, steps: Sequence[str], choices: Choices) -> None:
    """Make a path hold nothing: taken away, null, an empty text or an empty list."""
    here: Any = event
    for step in steps[:-1]:
        here = here.get(step)
        if not isinstance(here, dict):
            return
    how = choices.index(4)
    if how == 0:
        here.pop(steps[-1], None)
    else:
        here[steps[-1]] = (None, "", [])[how - 1]


_Inside = list[tuple[tuple[str, ...], Field, tuple[str, ...]]]


def _arrays(
    event: Event, assignment: Assignment, catalog: Catalog
) -> dict[tuple[str, ...], _Inside]:
    """The arrays assigned to: where each is, and what its members hold at which inner path."""
    found: dict[tuple[str, ...], _Inside] = {}
    for path, texts in assignment.items():
        field = field_of(catalog, path)
        if field.member:
            cut = _array_at(event, field.steps)
            found.setdefault(field.steps[:cut], []).append((field.steps[cut:], field, texts))
    return found


def _array_at(event: Event, steps: tuple[str, ...]) -> int:
    """How many steps lead to the array: as in the template, else all but the last."""
    here: Any = event
    for n, step in enumerate(steps[:-1], 1):
        here = here.get(step) if isinstance(here, dict) else None
        if isinstance(here, list):
            return n
    return max(1, len(steps) - 1)


def _put_members(event: Event, steps: tuple[str, ...], inside: _Inside, choices: Choices) -> None:
    """An array whose members together hold each field's texts and no others."""
    old: Any = event
    for step in steps:
        old = old.get(step) if isinstance(old, dict) else None
    known = [member for member in old if isinstance(member, dict)] if isinstance(old, list) else []
    size = max(len(texts) for _, _, texts in inside)
    if size == 0 and choices.chance(50):
        put(event, steps, None if choices.chance(50) else [])
        return
    if any(not inner for inner, _, _ in inside):  # the members are plain values
        texts = next(texts for inner, _, texts in inside if not inner)
        put(event, steps, [*texts] or None)
        return
    blank = known[0] if known else {}
    members: list[dict[str, Any]] = [
        dict(known[n] if n < len(known) else blank) for n in range(max(size, len(known), 1))
    ]
    for inner, field, texts in inside:
        # Anywhere among the members: a faulty query may look at the first alone.
        first = choices.index(len(members) - len(texts) + 1)
        for n, member in enumerate(members):
            if first <= n < first + len(texts):
                put(member, inner, json_value(field, texts[n - first], choices))
            else:
                leave_out(member, inner, choices)
    put(event, steps, members)
