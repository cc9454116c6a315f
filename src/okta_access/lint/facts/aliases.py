"""The aliases of correlations as they are written, with the place of each word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.lint.run import Run
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class WrittenAlias:
    """An alias: its name, the fields of the rules, and whether its correlation groups by it."""

    name: Scalar
    fields: tuple[Scalar, ...]
    used: bool


def written_aliases(run: Run) -> tuple[WrittenAlias, ...]:
    """All aliases of the correlations that are checked."""
    return tuple(
        alias
        for document in run.documents
        if isinstance(document.tree, Mapping)
        for alias in aliases_of(document.tree.get("correlation"))
    )


def aliases_of(correlation: Node | None) -> Iterator[WrittenAlias]:
    """The aliases of one correlation."""
    if not isinstance(correlation, Mapping):
        return
    aliases = correlation.get("aliases")
    keys = [key.text for key in group_keys(correlation)]
    for entry in aliases.entries if isinstance(aliases, Mapping) else ():
        by_rule = entry.value.entries if isinstance(entry.value, Mapping) else ()
        fields = tuple(one.value for one in by_rule if isinstance(one.value, Scalar))
        yield WrittenAlias(entry.key, fields, entry.name in keys)


def group_keys(correlation: Mapping) -> tuple[Scalar, ...]:
    """The names below ``group-by``."""
    node = correlation.get("group-by")
    members = node.items if isinstance(node, Sequence) else (node,)
    return tuple(one for one in members if isinstance(one, Scalar) and one.text)
