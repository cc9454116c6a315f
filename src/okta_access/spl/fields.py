"""An event of Okta's log as the fields that Splunk extracts from its JSON.

Paths are joined by dots, and every list on the way adds ``{}``: ``target{}.id`` holds the ids of
all members (Search Reference, spath; Knowledge Manager Manual, "Automatic key-value field
extraction"). Values are texts: booleans ``true`` and ``false``, numbers as they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, Catalog, Field, FieldType
from okta_access.spl.beliefs import Beliefs
from okta_access.spl.values import Value, members, several

Leaves = list[tuple[str, Any]]
NULL_TEXT = "null"
_BOOLEANS = ("true", "false")
_UNSURE_LETTERS = re.compile("[\u017f\u212a]")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def extracted(event: Mapping[str, Any], beliefs: Beliefs, prefix: str = "") -> dict[str, Value]:
    """The fields of an event.

    >>> extracted({"target": [{"id": "a"}, {"id": "b"}], "x": {"y": True}}, Beliefs())
    {'target{}.id': ('a', 'b'), 'x.y': 'true'}
    """
    return read_as(leaves(event, prefix), beliefs)


def leaves(
    event: Mapping[str, Any], prefix: str = "", towards: frozenset[str] | None = None
) -> Leaves:
    """The names of fields with what the JSON holds there, before any reading of it.

    All fields, or those alone on the way to some names (see :func:`ways_to`).
    """
    found: Leaves = []
    _collect(event, prefix, towards, found)
    return found


@lru_cache(maxsize=64)
def ways_to(names: Collection[str]) -> frozenset[str]:
    """What the names of these fields begin with: nothing else leads to them.

    >>> sorted(ways_to(("a.b",)))
    ['', 'a', 'a.', 'a.b']
    """
    return frozenset(name[:end] for name in names for end in range(len(name) + 1))


def read_as(found_leaves: Leaves, beliefs: Beliefs) -> dict[str, Value]:
    """The fields of an event whose leaves these are; see :func:`extracted`."""
    found: dict[str, list[str]] = {}
    for name, leaf in found_leaves:
        if leaf is None:
            if beliefs.null_text:
                found.setdefault(name, []).append(NULL_TEXT)
        elif leaf != "" or beliefs.empty_text:
            found.setdefault(name, []).append(leaf if isinstance(leaf, str) else json.dumps(leaf))
    return {name: several(values) for name, values in found.items()}


class Losses:
    """Tells of events of one catalogue which values searches in Splunk do not see as they are.

    * A list, an object or a plain value where the catalogue has another of these: the extraction
      then makes another name.
    * The text "null", which may stand for a JSON null.
    * A text with U+017F or U+212A, the two letters beyond ASCII that ``(?i)`` may pair with ASCII
      letters.
    * A time that is not written as Okta does: in UTC with a ``Z``, to the millisecond.
    * An address in another notation than the usual one, or of IPv4 written as one of IPv6.
    * A boolean, an event type or a known value of an enum in another case than Okta writes it,
      which terms of a search find all the same.

    What is "not there" is never lost.
    """

    def __init__(self, catalog: Catalog) -> None:
        fields = {**catalog.fields, **catalog.envelope}.values()
        self._towards = ways_to(frozenset(field.splunk for field in fields))
        # The same texts come again and again: each is looked at once.
        self._fields = [(field, lru_cache(maxsize=4096)(_odd_text(field))) for field in fields]

    def of(self, event: Mapping[str, Any]) -> tuple[str, ...]:
        """The catalogue's paths whose value in the event is lost.

        >>> from okta_access.catalog.load import load_catalog
        >>> Losses(load_catalog()).of({"target": {"id": "a"}, "actor": {"id": "null"}})
        ('actor.id', 'target.id')
        """
        names = read_as(leaves(event, towards=self._towards), Beliefs())
        found = []
        for field, is_odd in self._fields:
            held = members(names.get(field.splunk))
            there = [leaf for leaf in _at(event, field.steps) if leaf not in (None, "")]
            is_shaped = len(there) == len(held) and dict not in map(type, there)
            if not is_shaped or any(map(is_odd, held)):
                found.append(field.path)
        return tuple(found)


def _odd_text(field: Field) -> Callable[[str], bool]:
    """Whether a field's text is one that searches do not see as it is."""
    if field.type is FieldType.BOOLEAN:
        return lambda text: text not in _BOOLEANS and text.lower() in _BOOLEANS
    if field.path == PUBLISHED:
        return lambda text: _TIME.fullmatch(text) is None
    known = {value.lower(): value for value in field.values}

    def is_odd(text: str) -> bool:
        folded = text.lower()
        return (
            folded == NULL_TEXT
            or _UNSURE_LETTERS.search(text) is not None
            or known.get(folded, text) != text
            or (field.path == EVENT_TYPE and text != folded)
            or (field.type is FieldType.IP and _is_odd_address(text))
        )

    return is_odd


def _is_odd_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return str(address) != text or getattr(address, "ipv4_mapped", None) is not None


def _collect(node: Any, name: str, towards: frozenset[str] | None, found: Leaves) -> None:
    if towards is not None and name not in towards:
        return
    if isinstance(node, dict):
        above = f"{name}." if name and not name.endswith(".") else name
        for key, value in node.items():
            _collect(value, above + key, towards, found)
    elif isinstance(node, list):
        for member in node:
            _collect(member, name + "{}", towards, found)
    else:
        found.append((name, node))


def _at(node: Any, steps: tuple[str, ...]) -> list[Any]:
    """What stands at the end of a path, whatever lists are on the way."""
    for place, step in enumerate(steps):
        if isinstance(node, list):
            return [leaf for member in node for leaf in _at(member, steps[place:])]
        if not isinstance(node, dict):
            return []
        node = node.get(step)
    if isinstance(node, list):
        return [leaf for member in node for leaf in _at(member, ())]
    return [node]
