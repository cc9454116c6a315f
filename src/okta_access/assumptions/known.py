"""The ledger of assumptions: facts about Okta's data that rules rest on and nobody has verified.

The table is ``assumptions.yml`` beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
import yaml

from okta_access.errors import CatalogError, Span

FORM = "okta-access-assumptions/1"
_FILE = "assumptions.yml"


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One assumption.

    ``upheld`` and ``contradicted`` say what in a log speaks for and against it, ``otherwise`` what
    becomes of the rules that need it where it does not hold. ``state`` tells whether anybody has
    looked on a real tenant, or Okta says so; then ``source`` tells who and where.
    """

    id: str
    statement: str
    upheld: str
    contradicted: str
    otherwise: str
    state: Literal["verified", "contradicted", "unseen"] = "unseen"
    source: str | None = None

    def __post_init__(self) -> None:
        """Raises :class:`ValueError` where a state has no source, or a source no state."""
        if (self.state == "unseen") != (self.source is None):
            raise ValueError(f"{self.id} is {self.state}: a source goes with what was looked at")


class _Ledger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    assumptions: tuple[Assumption, ...]


@cache
def load_assumptions() -> Mapping[str, Assumption]:
    """The assumptions by id, in the ledger's order.

    >>> load_assumptions()["A10"].statement
    'one person has one actor.id'
    """
    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        ledger = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), _Ledger)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a ledger of assumptions: {error}", span=Span(_FILE)) from error
    if ledger.form != FORM:
        raise CatalogError(f"form is {ledger.form!r}, expected {FORM}", span=Span(_FILE))
    return MappingProxyType({one.id: one for one in ledger.assumptions})
