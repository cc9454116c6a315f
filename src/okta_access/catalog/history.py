"""What became of rules before releases told it, and why; the table is ``history.yml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

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
