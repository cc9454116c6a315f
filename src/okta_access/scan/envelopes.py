"""What others wrap around an Okta event, told apart by content and taken off."""

from __future__ import annotations

from typing import Any

from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.template import Event


def unwrap(value: Event) -> Event | str:
    """The event inside: an object, or a text that holds one as JSON.

    Known are Splunk's export (``result._raw``, or the fields themselves), AWS EventBridge
    (``detail``) and Elastic's documents that keep ``event.original``. An object with an eventType
    of its own is the event.

    >>> unwrap({"detail": {"eventType": "access.request.create"}, "source": "aws.partner/okta"})
    {'eventType': 'access.request.create'}
    >>> unwrap({"result": {"_raw": "{}"}, "preview": False})
    '{}'
    """
    if isinstance(value.get(EVENT_TYPE), str):
        return value
    for path in (("result",), ("detail",), ("_source",), ()):
        inner = _at(value, path)
        if not isinstance(inner, dict):
            continue
        raw = inner.get("_raw")
        original = _at(inner, ("event", "original"))
        for text in (raw, original, inner.get("event.original")):
            if isinstance(text, str):
                return text
        if isinstance(inner.get(EVENT_TYPE), str):
            return inner
    return value


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value
