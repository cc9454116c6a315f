"""The tables of a settings file, kept between runs: to read TOML takes a twentieth of a start."""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from okta_access.rules.reading import file_reads
from okta_access.store import folder
from okta_access.store.fingerprints import digest

_KIND = "settings"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, Any]).decode


def tables(text: str) -> dict[str, Any]:
    """The tables of this TOML. Raises :class:`tomllib.TOMLDecodeError` and RecursionError.

    >>> tables("[rules.a]\\nenabled = false")
    {'rules': {'a': {'enabled': False}}}
    """
    if not file_reads.all_saved():  # each key pressed in an editor would be kept
        return _read(text)
    key = digest(sys.version, text)
    data = folder.read(_KIND, key)
    if data is not None:
        try:
            return _decode(data)
        except msgspec.DecodeError:
            pass
    found = _read(text)
    try:
        data = _encode(found)
        if _decode(data) == found:  # not of times and the largest numbers
            folder.write(_KIND, key, data)
    except (OverflowError, RecursionError, UnicodeEncodeError, msgspec.DecodeError):
        pass
    return found


def _read(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)
