"""Triage guides: what to do about an alert at three in the morning, one page a family of events."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from okta_access.catalog.model import Catalog, Family

GUIDES = (Family.REQUEST, Family.CONDITION, Family.SEQUENCE, Family.SETTINGS, Family.REVIEW)


def guide(family: Family) -> str:
    """The guide of a family, in Markdown.

    Raises :class:`KeyError` for a family without one (event types of the user's own).

    >>> guide(Family.REVIEW).splitlines()[0]
    '# Triage: security access reviews'
    """
    if family not in GUIDES:
        raise KeyError(family)
    return Path(__file__).with_name(f"{family}.md").read_text("utf-8")


def guide_family(event_types: Iterable[str], catalog: Catalog) -> Family | None:
    """Which guide serves a rule on these event types; None where none does.

    A rule on several families is about what decides over access before it is about the requests:
    conditions come first, then sequences and settings.

    >>> from okta_access.catalog.load import load_catalog
    >>> types = ["access.request.create", "access.request.sequence.update"]
    >>> guide_family(types, load_catalog())
    <Family.SEQUENCE: 'sequence'>
    """
    found = {catalog.events[name].family for name in event_types if name in catalog.events}
    if found >= {*GUIDES}:  # any event: the requests' guide is the widest
        return Family.REQUEST
    order = (Family.CONDITION, Family.SEQUENCE, Family.SETTINGS, Family.REQUEST, Family.REVIEW)
    return next((family for family in order if family in found), None)
