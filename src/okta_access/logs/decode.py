"""The bytes of a record → an event, or the reason why it is none.

msgspec reads nearly everything; what it refuses although it is JSON (a lone surrogate, an integer
beyond 64 bits) is read again by Python's own decoder, so that no event is lost to a detail.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import msgspec

from okta_access.catalog.model import EVENT_TYPE
from okta_access.catalog.template import Event
from okta_access.logs.envelopes import MISFITS, Envelope, unwrap
from okta_access.logs.reading import AS_FOUND, Reading
from okta_access.logs.records import Unread

_decode = msgspec.json.Decoder().decode


class NoEvent(msgspec.Struct, frozen=True):
    """Why a record is no event."""

    reason: str


def decode(data: bytes, reading: Reading = AS_FOUND) -> Event | NoEvent:
    """The event of one record, taken out of its envelope.

    >>> decode(b'{"eventType": "access.request.create"}')
    {'eventType': 'access.request.create'}
    >>> decode(b'{"eventType": 1}')
    NoEvent(reason='eventType is missing or no text')
    """
    value = _value(data)
    if isinstance(value, NoEvent):
        return value
    event = unwrap(value, reading.envelope, reading.catalog)
    if event is None:
        return NoEvent(f"{MISFITS[reading.envelope]} (--envelope {reading.envelope})")
    if isinstance(event, str):
        inner = _value(event.encode("utf-8", "surrogatepass"))
        if isinstance(inner, NoEvent):
            return NoEvent(f"inside its envelope: {inner.reason}")
        # One envelope may hold another: Splunk's export of what came by EventBridge, for example.
        found = unwrap(inner, Envelope.AUTO, reading.catalog)
        if not isinstance(found, dict):
            return NoEvent("inside its envelope: texts within texts")
        event = found
    if not isinstance(event.get(EVENT_TYPE), str) or not event[EVENT_TYPE]:
        return NoEvent("eventType is missing or no text")
    return event


def _value(data: bytes) -> Event | NoEvent:
    """The JSON object that these bytes write."""
    if isinstance(data, Unread):
        return NoEvent(data.reason)
    try:
        value = _decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        value = _decode_slowly(data)
    if isinstance(value, NoEvent | dict):
        return value
    return NoEvent(f"a JSON {_kind(value)}, not an object")


def _decode_slowly(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return NoEvent(f"not UTF-8 (byte {error.start + 1} of the record)")
    text = text.removeprefix("\ufeff")  # such marks stand in the middle of files put together
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        return NoEvent(f"not JSON: {_fault(error)}")
    except ValueError as error:
        return NoEvent(f"not JSON: {error}")
    except RecursionError:
        return NoEvent("nested too deep to be an event")


def _fault(error: json.JSONDecodeError) -> str:
    """What Python's decoder found, with a hint where the end or the layout is to blame."""
    message = error.msg.removesuffix(" at")
    what = f"{message[:1].lower()}{message[1:]} at character {error.pos + 1}"
    if "\0" in error.doc[error.pos : error.pos + 1]:
        return f"{what} (NUL bytes, as a machine leaves them that lost power)"
    begun = error.doc[:1] in ("{", "[")
    unfinished = message.startswith("Unterminated string") or error.pos >= len(error.doc) - 1
    if begun and unfinished:
        return f"{what}; is the line cut off?"
    if error.doc[:1] == "<":
        return f"{what}; is this a web page?"
    if message == "Extra data" and error.doc[error.pos] == ",":
        return f"{what}; is this CSV?"
    return what


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
