"""What each outcome is taken for: done, accepted or not done; the table is ``outcomes.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec
import yaml

from okta_access.errors import CatalogError, Span

OUTCOME = "outcome.result"
FORM = "okta-access-outcomes/1"
_FILE = "outcomes.yml"


class OutcomeKind(StrEnum):
    """Whether an event happened: done, taken on but perhaps not in force yet, or not done."""

    DONE = "done"
    ACCEPTED = "accepted"
    NOT_DONE = "not_done"


class OutcomeClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The values of one kind, and why they belong to it."""

    values: tuple[str, ...]
    reason: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    source: str
    classes: dict[OutcomeKind, OutcomeClass]


@cache
def load_outcomes() -> Mapping[OutcomeKind, OutcomeClass]:
    """The classes. Raises :class:`CatalogError` where the table breaks its own form.

    >>> load_outcomes()[OutcomeKind.ACCEPTED].values
    ('DEFERRED', 'SCHEDULED')
    """
    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        table = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), _Table)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a table of outcomes: {error}", span=Span(_FILE)) from error
    if table.form != FORM:
        raise CatalogError(f"form is {table.form!r}, expected {FORM}", span=Span(_FILE))
    return MappingProxyType(table.classes)
