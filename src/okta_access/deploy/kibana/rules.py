"""Kibana's rules as we ship them and as Kibana gives them back, made comparable."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, get_args

import msgspec

from okta_access.compile.elastic.kibana.common import RULE_SET, owner_line, rule_set_tag
from okta_access.compile.elastic.kibana.schema import KibanaRule
from okta_access.deploy.model import Shipped, There, Values

# What an admin can add to a rule in Kibana and what then changes the events it finds.
_NARROWING = (
    "data_view_id",
    "event_category_override",
    "filters",
    "saved_id",
    "tiebreaker_field",
    "timestamp_field",
)
COMPARED = tuple(
    sorted(
        {
            "type",
            *_NARROWING,
            *(
                one.encode_name
                for kind in get_args(KibanaRule)
                for one in msgspec.structs.fields(kind)
                if one.name != "rule_id"
            ),
        }
    )
)
"""The keys that must be as shipped. All others (``enabled``, ``actions``, ``exceptions_list``,
overrides of severity or name, and what Kibana adds by itself) are left as they are."""

_EMPTY: tuple[Any, ...] = (None, "", [], {})
# What Kibana says of a rule and does not take back.
_KIBANAS = frozenset(
    {
        "alias_purpose",
        "alias_target_id",
        "created_at",
        "created_by",
        "execution_summary",
        "id",
        "immutable",
        "outcome",
        "revision",
        "rule_source",
        "updated_at",
        "updated_by",
    }
)


class _Answer(msgspec.Struct):
    """What every rule that Kibana gives must have, for us to read it."""

    rule_id: str
    name: str
    type: str
    enabled: bool
    tags: list[str]
    setup: str = ""
    immutable: bool = False
    required_fields: list[dict[str, Any]] = []


class _Page(msgspec.Struct):
    """A page of rules."""

    total: int
    data: list[Any]


def page(answer: Any) -> tuple[int, list[Values]]:
    """How many rules there are, and those of a page.

    Raises :class:`msgspec.ValidationError` for what is no page of rules.
    """
    told = msgspec.convert(answer, _Page)
    return told.total, [checked(rule) for rule in told.data]


def checked(rule: Any) -> Values:
    """The rule as it is. Raises :class:`msgspec.ValidationError` for what is none."""
    msgspec.convert(rule, _Answer)
    known: Values = rule
    return known


def shipped_rules(lines: Iterable[bytes], *, add: bool = True) -> tuple[Shipped, ...]:
    """The rules of an NDJSON file; without ``add`` those that are not there are left out."""
    return tuple(_shipped(json.loads(line), add=add) for line in lines)


def _shipped(rule: Values, *, add: bool) -> Shipped:
    body = {**rule, "enabled": False}
    return Shipped(rule["rule_id"], rule["name"], compared(rule), body, optional=not add)


def there(rule: Values, rule_set: str) -> There:
    """A rule as Kibana gives it."""
    # `updated_at` alone has no finer grain than a millisecond.
    stamp = f"{rule.get('updated_at')} {rule.get('revision')}"
    return There(
        rule["rule_id"],
        rule["name"],
        compared(rule),
        rule["enabled"],
        stamp,
        _obstacle(rule, rule_set),
        raw=rule,
    )


def once_shipped(rule: Values, rule_set: str) -> bool:
    """Whether a rule with our tag was shipped, and is not a copy that somebody made of one."""
    return owner_line(rule["rule_id"], rule_set) in rule.get("setup", "")


def compared(rule: Values) -> dict[str, Any]:
    """The fields that count, what is empty as absent.

    >>> compared({"type": "query", "note": "", "enabled": True})["note"] is None
    True
    """
    found = {key: _plain(rule.get(key)) for key in COMPARED}
    if found["timestamp_override_fallback_disabled"] is False:
        found["timestamp_override_fallback_disabled"] = None
    for field in found["required_fields"] or ():
        field.pop("ecs", None)  # Kibana's own remark
    return found


def patch(shipped: Shipped, names: Iterable[str]) -> dict[str, Any] | None:
    """What a patch must say to change these fields; None where one has to go away.

    A patch can set a field and not take it away.
    """
    wanted = [*names]
    if not all(name in shipped.body for name in wanted):
        return None
    return {"rule_id": shipped.key, **{name: shipped.body[name] for name in wanted}}


def whole(shipped: Shipped, raw: Values) -> dict[str, Any]:
    """The whole rule, with all that is not ours as Kibana has it."""
    kept = {
        key: value
        for key, value in raw.items()
        if key not in _KIBANAS and key not in COMPARED and value is not None
    }
    return {**shipped.body, **kept}


def _obstacle(rule: Values, rule_set: str) -> str | None:
    if rule.get("immutable"):
        return "a rule of Elastic's own has this rule_id"
    others = [tag for tag in rule["tags"] if tag.startswith(RULE_SET)]
    if others and rule_set_tag(rule_set) not in others:
        return f"it has the tag `{others[0]}`: another pack brings it to this space"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        value = {key: plain for key, one in value.items() if (plain := _plain(one)) is not None}
    elif isinstance(value, list):
        value = [_plain(one) for one in value]
    return None if value in _EMPTY else value
