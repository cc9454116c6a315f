"""Every place where a rule names a field, and how that name stands to the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from okta_access.catalog.model import Catalog
from okta_access.errors import Span
from okta_access.lint.facts.aliases import aliases_of, group_keys
from okta_access.lint.facts.items import items, placed_atoms
from okta_access.lint.run import Run
from okta_access.lint.suggest import closest
from okta_access.rules.model import SameAs
from okta_access.rules.reading.source import Mapping, Node, Scalar


class FieldState(Enum):
    """What the catalogue says of a name."""

    KNOWN = auto()
    WRONG_CASE = auto()
    ENVELOPE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field's name in a rule. ``meant`` is the catalogued path it seems to mean, if any."""

    name: str
    span: Span
    state: FieldState
    meant: str | None


def field_uses(run: Run) -> tuple[FieldUse, ...]:
    """All names of fields: keys of selections, ``|fieldref`` values, and in correlations."""
    return tuple(FieldUse(name, span, *state_of(name, run.catalog)) for name, span in _names(run))


def state_of(name: str, catalog: Catalog) -> tuple[FieldState, str | None]:
    """How a name stands to the catalogue, and the path that it seems to mean.

    >>> from okta_access.catalog.load import load_catalog
    >>> state_of("actor.alternateid", load_catalog())
    (<FieldState.WRONG_CASE: 2>, 'actor.alternateId')
    >>> state_of("target[].id", load_catalog())
    (<FieldState.UNKNOWN: 4>, 'target.id')
    """
    if name in catalog.fields:
        return FieldState.KNOWN, name
    lowered = name.lower()
    if lowered in (path.lower() for path in catalog.envelope):
        return FieldState.ENVELOPE, None
    for path in catalog.fields:
        if path.lower() == lowered:
            return FieldState.WRONG_CASE, path
    return FieldState.UNKNOWN, _meant(lowered, catalog)


def _meant(lowered: str, catalog: Catalog) -> str | None:
    """The path behind a product's own spelling or a slip of the pen."""
    bare = lowered.replace("[]", "").replace("{}", "")
    for path, field in catalog.fields.items():
        if bare in (path.lower(), field.elastic.lower()):
            return path
    return closest(bare, catalog.fields)


def _names(run: Run) -> Iterator[tuple[str, Span]]:
    for item in run.once(items):
        yield item.field, item.field_span
    for placed in run.once(placed_atoms):
        if isinstance(placed.atom.test, SameAs):
            yield placed.atom.test.other, placed.atom.span
    for document in run.documents:
        if isinstance(document.tree, Mapping):
            for scalar in _correlation_fields(document.tree.get("correlation")):
                yield scalar.text, scalar.span


def _correlation_fields(correlation: Node | None) -> Iterator[Scalar]:
    if not isinstance(correlation, Mapping):
        return
    aliases = [*aliases_of(correlation)]
    names = [alias.name.text for alias in aliases]
    yield from (key for key in group_keys(correlation) if key.text not in names)
    yield from (field for alias in aliases for field in alias.fields)
    condition = correlation.get("condition")
    counted = condition.get("field") if isinstance(condition, Mapping) else None
    if isinstance(counted, Scalar) and counted.text:
        yield counted
