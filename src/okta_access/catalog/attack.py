"""MITRE ATT&CK as far as rules here can tag it: version 19, and how version 18 says the same.

The table is ``attack.yml`` beside this module; nothing is fetched at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import msgspec
import yaml

from okta_access.errors import CatalogError, Span

FORM = "okta-access-attack/1"
_FILE = "attack.yml"
_IDS = "attack-ids.txt"
Version = Literal[18, 19]


@dataclass(frozen=True, slots=True)
class Tactic:
    """A tactic: its tag name (``initial-access``), its id (``TA0001``) and its title."""

    tag: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique or sub-technique (``T1078.004``) with the tag names of its tactics."""

    id: str
    name: str
    tactics: tuple[str, ...]

    @property
    def parent(self) -> str | None:
        """The id of the technique that a sub-technique belongs to.

        >>> Technique("T1078.004", "Cloud Accounts", ()).parent
        'T1078'
        """
        above, dot, _ = self.id.partition(".")
        return above if dot else None


@dataclass(frozen=True, slots=True)
class Attack:
    """What may be tagged. ``successors`` maps ids that version 19 revoked to their successors."""

    tactics: Mapping[str, Tactic]
    techniques: Mapping[str, Technique]
    successors: Mapping[str, str]
    _tactics18: Mapping[str, Tactic]
    _techniques18: Mapping[str, Technique | None]

    def tactic(self, tag: str, version: Version = 19) -> Tactic | None:
        """The tactic of a tag (``stealth``), as that version has it; None for an unknown one.

        >>> load_attack().tactic("defense-impairment", 18).id
        'TA0005'
        """
        return self._tactics18.get(tag) if version == 18 else self.tactics.get(tag)

    def technique(self, id_: str, version: Version = 19) -> Technique | None:
        """The technique of a version 19 id, as that version has it.

        None for an unknown id, and for one that version 18 does not have.

        >>> load_attack().technique("T1685", 18).name
        'Impair Defenses'
        """
        return self._techniques18.get(id_) if version == 18 else self.techniques.get(id_)


class _TacticEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    v18: str | None = None


class _Before(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What version 18 has otherwise; all empty: it has no such technique."""

    id: str | None = None
    name: str | None = None
    tactics: tuple[str, ...] | None = None


class _TechniqueEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    tactics: tuple[str, ...]
    v18: _Before | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    tactics: dict[str, _TacticEntry]
    tactics_v18: dict[str, _TacticEntry]
    techniques: dict[str, _TechniqueEntry]
    successors: dict[str, str]


@cache
def load_attack() -> Attack:
    """The packaged table. Raises :class:`CatalogError` where it breaks its own form.

    >>> load_attack().tactics["stealth"].id
    'TA0005'
    """
    text = Path(__file__).with_name(_FILE).read_bytes()
    try:
        found = msgspec.convert(yaml.load(text, Loader=yaml.CSafeLoader), _File)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise CatalogError(f"not a table of ATT&CK: {error}", span=Span(_FILE)) from error
    if found.form != FORM:
        raise CatalogError(f"form is {found.form!r}, expected {FORM}", span=Span(_FILE))
    older = {tag: Tactic(tag, entry.id, entry.name) for tag, entry in found.tactics_v18.items()}
    tactics = {tag: Tactic(tag, entry.id, entry.name) for tag, entry in found.tactics.items()}
    before = {
        tag: older[entry.v18] if entry.v18 else tactics[tag] for tag, entry in found.tactics.items()
    }
    return Attack(
        MappingProxyType(tactics),
        MappingProxyType(
            {id_: Technique(id_, e.name, e.tactics) for id_, e in found.techniques.items()}
        ),
        MappingProxyType(found.successors),
        MappingProxyType({**before, **older}),
        MappingProxyType({id_: _in_v18(id_, e, before) for id_, e in found.techniques.items()}),
    )


@cache
def technique_ids() -> frozenset[str]:
    """The ids of all techniques of version 19, also of those that no rule here can tag.

    >>> "T1059.001" in technique_ids(), "T1562" in technique_ids()
    (True, False)
    """
    found: set[str] = set()
    for line in Path(__file__).with_name(_IDS).read_text("ascii").splitlines():
        if line.startswith("T"):
            technique, *parts = line.split()
            found.update((technique, *(f"{technique}.{part}" for part in parts)))
    return frozenset(found)


def _in_v18(id_: str, entry: _TechniqueEntry, tactics: Mapping[str, Tactic]) -> Technique | None:
    if entry.v18 == _Before():
        return None
    before = entry.v18 or _Before()
    tags = before.tactics or tuple(dict.fromkeys(tactics[tag].tag for tag in entry.tactics))
    return Technique(before.id or id_, before.name or entry.name, tags)
