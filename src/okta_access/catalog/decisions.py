"""What was decided on alerts for each event type; the table is ``decisions.yml`` beside this."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import msgspec
import yaml

from okta_access.errors import CatalogError, Span

FORM = "okta-access-decisions/1"
_FILE = "decisions.yml"


class DecisionKind(StrEnum):
    """What alerts come of an event type: signs of abuse, failures only, or none."""

    DETECTION = "detection"
    HEALTH = "health"
    AUDIT = "audit"


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided for one event type, and why."""

    kind: DecisionKind
    reason: str


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    decisions: dict[str, Decision]


@cache
def load_decisions() -> Mapping[str, Decision]:
    """The decisions by event type.

    >>> load_decisions()["access.review.create"].kind
    <DecisionKind.AUDIT: 'audit'>
    """
    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        table = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), _Table)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a table of decisions: {error}", span=Span(_FILE)) from error
    if table.form != FORM:
        raise CatalogError(f"form is {table.form!r}, expected {FORM}", span=Span(_FILE))
    return MappingProxyType(table.decisions)
