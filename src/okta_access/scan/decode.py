"""The bytes of a record → an event, or the reason why it is none.

msgspec reads nearly everything; what it refuses although it is JSON (a lone surrogate, an integer
beyond 64 bits) is read again by Python's own decoder, so that no event is lost to a detail.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

import msgspec

from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.template import Event
from okta_access.scan.envelopes import unwrap

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class NoEvent:
    """Why a record is no event."""

    reason: str


def decode(data: bytes) -> Event | NoEvent:
    """The event of one record, taken out of its envelope.

    >>> decode(b'{"eventType": "access.request.create"}')
    {'eventType': 'access.request.create'}
    >>> decode(b'{"eventType": 1}')
    NoEvent(reason='eventType is missing or no text')
    """
    try:
        value = _decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        value = _decode_slowly(data)
    if isinstance(value, NoEvent):
        return value
    if not isinstance(value, dict):
        return NoEvent(f"a JSON {_kind(value)}, not an object")
    event = unwrap(value)
    if isinstance(event, str):
        inner = decode(event.encode("utf-8", "surrogatepass"))
        return (
            NoEvent(f"inside its envelope: {inner.reason}") if isinstance(inner, NoEvent) else inner
        )
    if not isinstance(event.get(EVENT_TYPE), str) or not event[EVENT_TYPE]:
        return NoEvent("eventType is missing or no text")
    return event


def _decode_slowly(data: bytes) -> Any:
    if not data:
        return NoEvent("the array is not closed: the file ends too early")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return NoEvent(f"not UTF-8 (byte {error.start + 1} of the record)")
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        end = "; is the line cut off?" if error.pos >= len(text) - 1 else ""
        message = error.msg.removesuffix(" at")
        return NoEvent(f"not JSON: {message} at character {error.pos + 1}{end}")
    except ValueError as error:
        return NoEvent(f"not JSON: {error}")
    except RecursionError:
        return NoEvent("nested too deep to be an event")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _whole(text: str) -> int | str:
    """An integer; one too long for Python stays the text it is (it is compared by its text)."""
    try:
        return int(text)
    except ValueError:
        return text


def _kind(value: Any) -> str:
    kinds = {list: "array", str: "text", bool: "boolean", type(None): "null"}
    return kinds.get(type(value), "number")
