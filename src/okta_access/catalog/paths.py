"""What a path holds in an event (docs/semantics.md, Values, and Arrays and odd values).

The answer is always a tuple of texts, because every atom but "is it there" compares texts:

* Lists are entered wherever they stand on the path, however deep they are nested; each member
  gives its own texts. So ``target.id`` holds the ids of all targets, and ``actor.id`` holds both
  ids where a log has two actors for one.
* Absent, null, the empty text, ``[]`` and a list of these give no text: they are "not there".
* A boolean field gives "true" or "false", for the JSON boolean and for exactly these texts alike;
  anything else in a boolean field is no value.
* Any other value of a wrong type gives its JSON text: compact (no blanks after ``,`` and ``:``),
  keys in the event's order, characters as themselves (no ``\\u`` escapes), numbers as Python writes
  them back (``1e2`` is ``100.0``).
* Where an object is expected and something else stands, there is nothing to find inside it:
  ``target: "a"`` has no ``target.id``.

Nothing here recurses, so an event nested as deep as a decoder accepts is read like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from okta_access.catalog.model import Catalog, FieldType

Event = Mapping[str, Any]
Held = str | tuple[str, ...]
"""What a path holds: its one text, or all its texts (none where it is not there)."""


def texts(event: Event, path: str, catalog: Catalog) -> tuple[str, ...]:
    """The texts a path holds, in the event's order; empty where it is not there.

    A path that is not in the catalogue is read as a text field.

    >>> from okta_access.catalog.load import load_catalog
    >>> event = {"target": [{"id": "a"}, None, {"id": 7}], "securityContext": {"isProxy": "yes"}}
    >>> texts(event, "target.id", load_catalog())
    ('a', '7')
    >>> texts(event, "securityContext.isProxy", load_catalog())
    ()
    """
    known = catalog.field(path)
    found = leaves(event, path.split("."))
    if known is not None and known.type is FieldType.BOOLEAN:
        words = (boolean_text(value) for value in found)
        return tuple(word for word in words if word is not None)
    return tuple(value if isinstance(value, str) else json_text(value) for value in found)


def texts_held(held: Held) -> tuple[str, ...]:
    """All texts that a path holds."""
    return (held,) if isinstance(held, str) else held


def leaves(node: Any, steps: list[str]) -> list[Any]:
    """The values at the end of these steps, lists entered on the way; nothing that is not there.

    >>> leaves({"a": [{"b": [1, [""]]}, {"b": None}]}, ["a", "b"])
    [1]
    """
    plain = node  # nearly always there is no list on the way: then one walk is enough
    for step in steps:
        if plain is None or not isinstance(plain, dict):
            break
        plain = plain.get(step)
    else:
        if not isinstance(plain, list):
            return [] if plain is None or plain == "" else [plain]
    if plain is None:
        return []
    level = members(node)
    for step in steps:
        level = members([one[step] for one in level if isinstance(one, dict) and step in one])
    return [value for value in level if value is not None and value != ""]


def members(node: Any) -> list[Any]:
    """The members of a list and of the lists in it, in order; of anything else the value itself.

    >>> members([1, [2, [[], 3]], None])
    [1, 2, 3, None]
    """
    found: list[Any] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(reversed(one))
        else:
            found.append(one)
    return found


def boolean_text(value: object) -> str | None:
    """A value of a boolean field as "true" or "false", or None where it is no value.

    >>> boolean_text(True), boolean_text("false"), boolean_text("True"), boolean_text(1)
    ('true', 'false', None, None)
    """
    if value is True or value == "true":
        return "true"
    if value is False or value == "false":
        return "false"
    return None


class _Written(str):
    """JSON text that is ready, among values that still wait to be written."""

    __slots__ = ()


def json_text(value: Any) -> str:
    """A value's compact JSON text.

    >>> json_text({"a": [1, True, None, "ü"], "b": {}})
    '{"a":[1,true,null,"ü"],"b":{}}'
    """
    parts: list[str] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, _Written):
            parts.append(one)
        elif isinstance(one, dict):
            inside: list[Any] = [_Written("{")]
            for index, (key, member) in enumerate(one.items()):
                inside += [_Written(f"{',' * (index > 0)}{_scalar(key)}:"), member]
            waiting.extend(reversed([*inside, _Written("}")]))
        elif isinstance(one, list):
            inside = [_Written("[")]
            for index, member in enumerate(one):
                inside += [_Written("," * (index > 0)), member]
            waiting.extend(reversed([*inside, _Written("]")]))
        else:
            parts.append(_scalar(one))
    return "".join(parts)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
