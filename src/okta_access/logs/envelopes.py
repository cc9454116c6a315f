"""What others wrap around an Okta event, told apart by content or named, and taken off.

An object with a textual ``eventType`` of its own is an event as Okta writes it: there is nothing to
take off, and nothing else is looked at, so plain logs pay nothing for the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import EVENT_TYPE, Catalog
from okta_access.catalog.template import Event
from okta_access.logs.products import from_elastic, from_splunk, is_elastic, value_at


class Envelope(StrEnum):
    """Who wrapped the events; ``auto`` tells it of each event by its content."""

    AUTO = "auto"
    NONE = "none"
    SPLUNK = "splunk"
    ELASTIC = "elastic"
    EVENTBRIDGE = "eventbridge"


MISFITS = {
    Envelope.SPLUNK: "not of Splunk's export: neither `result` nor `_raw` nor a field `actor.…`",
    Envelope.ELASTIC: "not an Elastic document: neither `event.original` nor a field `okta.…`",
    Envelope.EVENTBRIDGE: "not an EventBridge event: no object under `detail`",
}
"""Why an object does not fit an envelope that the user named."""


def unwrap(
    value: Event, envelope: Envelope = Envelope.AUTO, catalog: Catalog | None = None
) -> Event | str | None:
    """The event inside: an object, or a text that holds one as JSON; None where it does not fit.

    Known are Splunk's export (``result._raw``, or its fields), AWS EventBridge (``detail``) and
    Elastic's documents (``event.original``, or the fields of its Okta integration), also as hits of
    a search. ``auto`` never gives None: what fits nothing is given back as it is.

    >>> unwrap({"detail": {"eventType": "access.request.create"}, "source": "aws.partner/okta"})
    {'eventType': 'access.request.create'}
    >>> unwrap({"result": {"_raw": "{}"}, "preview": False})
    '{}'
    >>> unwrap({"okta": {"event_type": "access.request.create"}}, Envelope.ELASTIC)
    {'eventType': 'access.request.create'}
    >>> unwrap({"eventType": "access.request.create"}, Envelope.SPLUNK) is None
    True
    """
    if envelope is Envelope.NONE:
        return value
    if envelope is not Envelope.AUTO:
        return _OPENERS[envelope](value, catalog or load_catalog())
    if isinstance(value.get(EVENT_TYPE), str):
        return value
    for opener in _OPENERS.values():
        found = opener(value, catalog or load_catalog())
        if found is not None:
            return found
    return value


def _splunk(value: Event, catalog: Catalog) -> Event | str | None:
    """``{"result": …}`` as Splunk's export writes it, or what stands in there by itself."""
    inner = value.get("result", value)
    if not isinstance(inner, dict):
        return None
    raw = inner.get("_raw")
    if isinstance(raw, str) and (raw.lstrip().startswith("{") or EVENT_TYPE not in inner):
        return raw
    return from_splunk(inner, catalog, bare=inner is value)


def _eventbridge(value: Event, _: Catalog) -> Event | None:
    inner = value.get("detail")
    return inner if isinstance(inner, dict) else None


def _elastic(value: Event, catalog: Catalog) -> Event | str | None:
    """A document by itself, or a hit of a search with its ``_source`` or its ``fields``."""
    wrapped = (value.get("_source"), value.get("fields"))
    inner = next((one for one in wrapped if isinstance(one, dict)), value)
    original = value_at(inner, "event.original")
    if isinstance(original, str):
        return original
    if is_elastic(inner):
        return from_elastic(inner, catalog)
    indexed_as_it_is = inner is not value and isinstance(inner.get(EVENT_TYPE), str)
    return inner if indexed_as_it_is else None


_OPENERS: dict[Envelope, Callable[[Any, Catalog], Event | str | None]] = {
    Envelope.ELASTIC: _elastic,
    Envelope.EVENTBRIDGE: _eventbridge,
    Envelope.SPLUNK: _splunk,
}
