"""Saved searches and macros as we ship them and as Splunk gives them back, made comparable.

Splunk's interface names some settings of savedsearches.conf otherwise than the file does, and
says which actions are on in one list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from okta_access.compile.splunk.app.macros import ALERTS_MACRO
from okta_access.compile.splunk.query.search import SOURCE_MACRO
from okta_access.deploy.model import Shipped, There, Values

SEARCH, MACRO = "search", "macro"
_NAMES = {
    "counttype": "alert_type",
    "enableSched": "is_scheduled",
    "quantity": "alert_threshold",
    "relation": "alert_comparator",
}
_ADMINS = frozenset({"disabled", "is_scheduled"})
_ACTION = re.compile(r"action\.([a-z_]+)", re.ASCII)
_OUR_ACTIONS = frozenset({"notable", "risk", "summary_index"})
_SUPPRESS, _SUPPRESS_FIELDS = "alert.suppress", "alert.suppress.fields"
_METADATA = "action.correlationsearch.metadata"
_TRUE, _FALSE = frozenset({"true", "True"}), frozenset({"false", "False"})

Stanzas = Iterable[tuple[str, Mapping[str, str]]]


class Acl(msgspec.Struct, frozen=True):
    """Whose a thing is."""

    app: str = ""
    sharing: str = ""
    removable: bool = False


class Entry(msgspec.Struct, frozen=True):
    """A thing as Splunk tells of it."""

    name: str
    content: dict[str, Any]
    acl: Acl = Acl()
    links: dict[str, str] = {}


class Paging(msgspec.Struct, frozen=True):
    """How many there are."""

    total: int = 0


class Answer(msgspec.Struct, frozen=True):
    """What Splunk answers."""

    entry: list[Entry]
    paging: Paging = Paging()


def key_of(kind: str, name: str) -> str:
    """What a thing is known by: its kind and its name."""
    return f"{kind} {name}"


def shipped_objects(searches: Stanzas, macros: Stanzas) -> tuple[Shipped, ...]:
    """The macros and the searches of the two files."""
    return (
        *(_macro(name, settings) for name, settings in macros),
        *(_search(name, settings) for name, settings in searches),
    )


def detection_id(settings: Mapping[str, Any]) -> str | None:
    """The id of the rule that a search was compiled from; None where it does not say."""
    try:
        told = json.loads(settings.get(_METADATA) or "{}")
    except (TypeError, ValueError):
        return None
    return told.get("detection_id") if isinstance(told, Mapping) else None


def there(kind: str, entry: Entry, names: frozenset[str]) -> There:
    """A thing as Splunk gives it; ``names`` are the fields that are compared."""
    content = entry.content
    fields = {name: plain(content.get(name)) for name in names}
    if "actions" in names:
        fields["actions"] = ",".join(sorted(_OUR_ACTIONS & actions_of(content)))
    return There(
        key_of(kind, entry.name),
        f"{kind} {entry.name}",
        fields,
        plain(content.get("disabled")) != "1",
        removable=entry.acl.removable,
        raw={"content": content, "links": entry.links},
    )


def changed(shipped: Shipped, there: There, names: Iterable[str]) -> dict[str, str]:
    """The form that sets these fields; actions that are not ours stay on."""
    form = {name: str(shipped.fields[name]) for name in names}
    if "actions" in form:
        others = actions_of(there.raw["content"]) - _OUR_ACTIONS
        form["actions"] = ",".join(sorted({*filter(None, form["actions"].split(",")), *others}))
    return form


def actions_of(content: Values) -> set[str]:
    """The actions that are on."""
    return {one.strip() for one in str(content.get("actions") or "").split(",") if one.strip()}


def plain(value: Any) -> str:
    """A value as text, truth as 1 and 0.

    >>> plain(True), plain("false"), plain(5), plain(None)
    ('1', '0', '5', '')
    """
    text = "" if value is None else str(value)
    return "1" if text in _TRUE else "0" if text in _FALSE else text


def _search(name: str, settings: Mapping[str, str]) -> Shipped:
    body, actions = {}, set()
    for key, value in settings.items():
        action = _ACTION.fullmatch(key)
        if action is None:
            body[_NAMES.get(key, key)] = plain(value)
        elif value == "1":
            actions.add(action[1])
    body["actions"] = ",".join(sorted(actions))
    if _SUPPRESS in body:
        body.setdefault(_SUPPRESS_FIELDS, "")  # of a group: what is left of an earlier release
    fields = {key: value for key, value in body.items() if key not in _ADMINS}
    return Shipped(key_of(SEARCH, name), f"{SEARCH} {name}", fields, body)


def _macro(name: str, settings: Mapping[str, str]) -> Shipped:
    """Where events are, and what each filter lets pass, is the admin's once it is there."""
    theirs = name in {SOURCE_MACRO, ALERTS_MACRO} or name.endswith("_filter")
    body = {key: plain(value) for key, value in settings.items()}
    return Shipped(key_of(MACRO, name), f"{MACRO} {name}", {} if theirs else body, body)
