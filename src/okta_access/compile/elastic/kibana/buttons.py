"""Buttons in a note, each of which opens what belongs to the alert in Kibana's Timeline.

The syntax is that of Kibana's investigation guides, ``!{investigate{…}}``: of two lists the outer
one is joined by OR, the inner ones by AND; ``{{field}}`` is the alert's value of that field, the
first one if it has several. Times count from the alert. Kibana takes all that follows a button in
a paragraph for the button, so each is a paragraph of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Literal

import msgspec

from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.schedule import span_text
from okta_access.compile.elastic.kibana.schema import Text

_HOUR, _DAY = 3600, 86_400
_ALERTS = {"event.kind": "signal"}
_HEADING = """\
## Open in Timeline

The buttons need a Platinum licence or above; without one, search Discover for the same fields."""


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One condition of a button: a field has a value."""

    field: Text
    value: Text
    excluded: bool = False
    queryType: Literal["phrase"] = "phrase"  # noqa: N815
    valueType: Literal["string"] = "string"  # noqa: N815


class Button(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What Kibana reads of a button."""

    label: Text
    providers: tuple[tuple[Provider, ...], ...]
    relativeFrom: Text  # noqa: N815
    relativeTo: Text  # noqa: N815
    description: Text | msgspec.UnsetType = msgspec.UNSET

    @property
    def markdown(self) -> str:
        """The button as a note holds it."""
        return f"!{{investigate{msgspec.json.encode(self).decode()}}}"


def event_buttons(fields: Fields) -> str:
    """For an alert that holds its event."""
    actor, target, address = (
        fields.of(path) for path in ("actor.id", "target.id", "client.ipAddress")
    )
    buttons = [_button("This actor, 24 hours around", [_same(actor.name)], _DAY, _DAY)]
    if not target.flattened:
        first = "Of several targets, the first."
        buttons.append(
            _button("This target, 30 days before", [_same(target.name)], 30 * _DAY, 0, first)
        )
    buttons += [
        _button("This address, 24 hours around", [_same(address.name)], _DAY, _DAY),
        _alerts("Alerts about this actor, 7 days before", [_same(actor.name)]),
    ]
    return _section(buttons)


def group_buttons(places: Mapping[str, tuple[str, ...]], reach: int) -> str:
    """For an alert that holds its group; empty where the rule has one group of all events.

    ``places`` are the alert's columns, with the fields that hold the same value in events;
    ``reach`` is how many seconds the alert's events may lie back.
    """
    if not places:
        return ""
    choices = [[(field, column) for field in fields] for column, fields in places.items()]
    same = [
        {field: f"{{{{{column}}}}}" for field, column in chosen} for chosen in product(*choices)
    ]
    return _section(
        [
            _button("Events of this group, in the alert's time", same, reach, 0),
            _button("Events of this group, 24 hours around", same, reach + _DAY, _DAY),
            _alerts("Alerts about this group, 7 days before", same),
        ]
    )


def _section(buttons: Iterable[Button]) -> str:
    return "\n\n".join([_HEADING, *(button.markdown for button in buttons)])


def _alerts(label: str, same: Iterable[Mapping[str, str]]) -> Button:
    return _button(label, [{**_ALERTS, **each} for each in same], 7 * _DAY, 0)


def _button(
    label: str,
    conditions: Iterable[Mapping[str, str]],
    before: int,
    after: int,
    description: str | msgspec.UnsetType = msgspec.UNSET,
) -> Button:
    """``before`` and ``after`` the alert, in seconds."""
    return Button(
        label,
        tuple(tuple(Provider(*pair) for pair in each.items()) for each in conditions),
        f"now-{_span(before)}",
        f"now+{_span(after)}" if after else "now",
        description,
    )


def _span(seconds: int) -> str:
    return f"{seconds // _HOUR}h" if seconds % _HOUR == 0 else span_text(seconds)


def _same(field: str) -> dict[str, str]:
    return {field: f"{{{{{field}}}}}"}
