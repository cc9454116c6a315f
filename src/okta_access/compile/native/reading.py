"""Files of native rules, read. Apart, so that what was kept of them needs no YAML."""

from __future__ import annotations

from okta_access.compile.native import FirstSeen
from okta_access.errors import OktaAccessError, Problem
from okta_access.rules.model import Timespan
from okta_access.rules.reading.metadata import read_metadata, text_of
from okta_access.rules.reading.source import Mapping, Sequence, parse, plain
from okta_access.rules.timespans import seconds_of

_KEY = "first-seen"


def read_native(file: str, data: bytes) -> FirstSeen:
    """The rule of a file. Raises :class:`OktaAccessError` for what is none."""
    source = parse(data, file)
    problems: list[Problem] = list(source.problems)
    tree = source.documents[0] if source.documents else None
    body = tree.get(_KEY) if isinstance(tree, Mapping) else None
    fields = body.get("fields") if isinstance(body, Mapping) else None
    meta = read_metadata(tree, file, problems) if isinstance(tree, Mapping) else None
    if problems or meta is None or not (isinstance(body, Mapping) and isinstance(fields, Sequence)):
        raise OktaAccessError(f"{file} is no native rule: {[str(one) for one in problems]}")
    history = text_of(body, "history")
    seconds = seconds_of(history)
    if seconds is None:
        raise OktaAccessError(f"{file}: `history` is {history!r}, expected for example 60d")
    span = Timespan(history, seconds)
    return FirstSeen(meta, text_of(body, "rule"), tuple(plain(fields)), span)
