"""The shapes that real events have, beyond the template: what rules must not stumble over.

Null, absent and empty parts, several targets or none, names in any script, IPv6, texts for
booleans, integers for texts, keys nobody has documented (facts from Okta's schema and from
published samples of real events).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, Catalog, Field, FieldType
from okta_access.catalog.template import EPOCH, Event, rfc3339
from okta_access.generate.choices import Choices
from okta_access.generate.vocabulary import seen_values

_CONTAINERS = (
    ("actor",),
    ("client",),
    ("client", "userAgent"),
    ("client", "geographicalContext"),
    ("outcome",),
    ("securityContext",),
    ("authenticationContext",),
    ("transaction",),
    ("debugContext",),
    ("request",),
)
_YEAR = 365 * 86_400_000
_EMPTY: tuple[Callable[[], Any], ...] = (lambda: None, dict, list)
_DEBUG: tuple[dict[str, Any], ...] = (
    {"requestUri": "/api/v1/requests", "requestId": "req-1"},
    {"risk": "{level=LOW}", "behaviors": None, "actor.type": "User"},
    {"eventType": "access.request.sequence.delete", "outcome": {"result": "FAILURE"}},
)


def vary(event: Event, catalog: Catalog, choices: Choices) -> None:
    """Vary an event in place. Its event type stays; any other value may change or vanish."""
    # In the template both places hold the same object; each gets its own, to vary alone.
    event["request"]["ipChain"][0]["geographicalContext"] = {
        **event["client"]["geographicalContext"]
    }
    _identity(event, choices)
    for field in catalog.fields.values():
        if field.path != EVENT_TYPE and not field.member and choices.chance(35):
            _vary_field(event, field, choices)
    _targets(event, catalog, choices)
    for steps in _CONTAINERS:
        if choices.chance(4):
            _empty(event, steps, choices)
    _undocumented(event, choices)


def _identity(event: Event, choices: Choices) -> None:
    number = choices.number(6)
    if number:
        event[UUID] = f"00000000-0000-4000-8000-{number:012x}"
    later = timedelta(milliseconds=choices.number(5) % _YEAR)
    event[PUBLISHED] = rfc3339(datetime.fromisoformat(EPOCH) + later)


def _vary_field(event: Event, field: Field, choices: Choices) -> None:
    *above, leaf = field.steps
    here: Any = event
    for step in above:
        here = here.get(step)
        if not isinstance(here, dict):
            return
    values = seen_values(field)
    nothing = (None,) if field.type is FieldType.BOOLEAN else (None, "")
    at = choices.index(len(values) + 1 + len(nothing))
    if at == len(values):
        here.pop(leaf, None)
    elif at > len(values):
        here[leaf] = nothing[at - len(values) - 1]
    elif field.type is FieldType.BOOLEAN and not choices.chance(25):
        here[leaf] = values[at] == "true"
    else:
        here[leaf] = values[at]


def _targets(event: Event, catalog: Catalog, choices: Choices) -> None:
    count = choices.pick((1, 1, 1, 1, 2, 3, 0, 0))
    if count == 0:
        how = choices.index(4)
        if how == 3:
            event.pop("target", None)
        else:
            event["target"] = ([], [{}], None)[how]
        return
    first = event["target"][0]
    event["target"] = [{**first, "id": f"o-{n + 1}"} if n else first for n in range(count)]
    for field in catalog.fields.values():
        if field.member and field.steps[0] == "target" and choices.chance(30):
            _vary_field(event["target"][choices.index(count)], _inside(field), choices)


def _inside(field: Field) -> Field:
    path = field.path.partition(".")[2]
    return Field(
        path, field.type, field.nullable, False, field.values or seen_values(field), "", "", ""
    )


def _empty(event: Event, steps: tuple[str, ...], choices: Choices) -> None:
    here: Any = event
    for step in steps[:-1]:
        here = here.get(step)
        if not isinstance(here, dict):
            return
    how = choices.index(len(_EMPTY) + 1)
    if how == len(_EMPTY):
        here.pop(steps[-1], None)
    else:
        here[steps[-1]] = _EMPTY[how]()


def _undocumented(event: Event, choices: Choices) -> None:
    """What stands in events outside the catalogue; no rule reads it."""
    if choices.chance(40):
        event["version"] = 0
    if choices.chance(15):
        event["debugContext"] = {"debugData": deepcopy(choices.pick(_DEBUG))}
    if choices.chance(15):
        event["displayMessage"] = choices.pick(("Create an access request", "Prüfung beendet – ok"))
    if choices.chance(10):
        event["p_log_type"] = "Okta.SystemLog"
    if choices.chance(10) and isinstance(event.get("client"), dict):
        event["client"]["zone"] = None
    context = event.get("client")
    context = context.get("geographicalContext") if isinstance(context, dict) else None
    if choices.chance(15) and isinstance(context, dict):
        context["postalCode"] = 10117
    if choices.chance(15):
        event["transaction"] = {**(event.get("transaction") or {}), "type": "JOB"}
