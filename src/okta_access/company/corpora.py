"""Corpora by name, for trying out a SIEM end to end: a benign month, and the attack stories."""

from __future__ import annotations

from collections.abc import Collection

from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.company.month import company_month
from okta_access.company.stories import STORIES
from okta_access.company.telling import story_log
from okta_access.company.worlds import ORDINARY, WORLDS

COMPANY = "company"
PEOPLE = 200
DAYS = 30
WORLD = ORDINARY.name
FEWEST_PEOPLE = 10  # three administer, and a request needs a manager who is not its requester

_WORLDS = {world.name: world for world in WORLDS}
_STORIES = {story.name: story for story in STORIES}
WORLD_NAMES = tuple(_WORLDS)
STORY_NAMES = tuple(_STORIES)


def benign_month(
    catalog: Catalog,
    *,
    people: int = PEOPLE,
    days: int = DAYS,
    world: str = WORLD,
    seed: int = 0,
    packs: Collection[str] = (),
) -> list[Event]:
    """A company's log without any intruder, oldest event first; the same for the same seed.

    ``people`` is at least ``FEWEST_PEOPLE``; ``packs`` are those whose events or keys it has as
    well. Raises :class:`KeyError` for an unknown world.
    """
    return company_month(catalog, _WORLDS[world], people=people, days=days, seed=seed, packs=packs)


def told_story(catalog: Catalog, name: str, *, seed: int = 0) -> list[Event]:
    """The events of one attack story as told, oldest first; the same for the same seed.

    Raises :class:`KeyError` for an unknown story.
    """
    return story_log(catalog, _STORIES[name], seed=seed)
