"""The ledger of assumptions: the modules of :mod:`okta_access.assumptions.ledger`, one each."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import cast

from okta_access.assumptions import ledger
from okta_access.assumptions.model import Assumption, Question


@cache
def assumptions() -> Mapping[str, Assumption]:
    """The assumptions by id, in the order of their files' names.

    >>> assumptions()["A10"].statement
    'one person has one actor.id'
    """
    names = sorted(one.name for one in pkgutil.iter_modules(ledger.__path__))
    found = [
        cast(Assumption, import_module(f"{ledger.__name__}.{name}").ASSUMPTION) for name in names
    ]
    return MappingProxyType({one.id: one for one in found})


@cache
def questions() -> tuple[tuple[Assumption, Question], ...]:
    """All questions in the ledger's order, each with its assumption; of some there are two."""
    return tuple((one, question) for one in assumptions().values() for question in one.questions)
