"""What became of single rules before releases told it, and why; the table is ``history.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

from okta_access.rules.model import Metadata

_FILE = "history.yml"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changed and why: in ``rules`` by name, or in those that ``of`` tells of in Markdown."""

    what: str
    why: str = ""
    rules: tuple[str, ...] = ()
    of: str = ""


@cache
def history() -> tuple[Row, ...]:
    """The table, in its order."""
    text = Path(__file__).with_name(_FILE).read_bytes()
    return msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), tuple[Row, ...])


def changes(meta: Metadata) -> tuple[str, ...]:
    """When a rule was written and changed, and what the table says of it."""
    dates = (("written", meta.date), ("changed", meta.modified))
    said = [
        ": ".join(part for part in (row.what, row.why) if part)
        for row in history()
        if meta.name in row.rules
    ]
    return (*(f"{word} {date}" for word, date in dates if date), *said)
