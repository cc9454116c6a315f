"""A rule's ATT&CK tags as Kibana's ``threat``, in version 18 or 19.

Tags are those of version 19. Kibana shows version 19 from stack 9.5 on; on an older one a rule
with TA0112 is imported and has no place on the coverage page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import UNSET

from okta_access.catalog.attack import Attack, Tactic, Technique, Version
from okta_access.compile.elastic.kibana.schema import (
    AttackSubtechnique,
    AttackTactic,
    AttackTechnique,
    Threat,
)

_SITE = "https://attack.mitre.org"
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)")
_TACTIC = re.compile(r"attack\.([a-z][a-z-]+)")


def threats(tags: Iterable[str], attack: Attack, version: Version) -> tuple[Threat, ...]:
    """One entry a tactic, in the order of the tags; a technique stands under each of its tactics.

    A tag that the table does not know, or that version 18 has no word for, has no entry.

    >>> from okta_access.catalog.attack import load_attack
    >>> [threat.tactic.name for threat in threats(["attack.stealth"], load_attack(), 18)]
    ['Defense Evasion']
    """
    tagged = list(tags)
    techniques = [
        found
        for tag in tagged
        if (named := _TECHNIQUE.fullmatch(tag))
        and (found := attack.technique(named[1].upper(), version))
    ]
    tactics: dict[str, Tactic] = {}
    for tag in tagged:
        named = _TACTIC.fullmatch(tag)
        found_tactic = attack.tactic(named[1], version) if named else None
        if found_tactic:
            tactics.setdefault(found_tactic.tag, found_tactic)
    for technique in techniques:  # one whose tactic is not tagged
        if not {*technique.tactics} & {*tactics}:
            first = attack.tactic(technique.tactics[0], version)
            if first:
                tactics[first.tag] = first
    return tuple(_threat(tactic, techniques, attack, version) for tactic in tactics.values())


def _threat(
    tactic: Tactic, techniques: list[Technique], attack: Attack, version: Version
) -> Threat:
    under: dict[str, tuple[Technique, list[Technique]]] = {}
    for technique in techniques:
        if tactic.tag not in technique.tactics:
            continue
        parent_id = technique.parent
        parent = attack.technique(parent_id, version) if parent_id else technique
        if parent is None:
            continue
        subs = under.setdefault(parent.id, (parent, []))[1]
        if parent_id:
            subs.append(technique)
    return Threat(
        tactic=AttackTactic(
            id=tactic.id, name=tactic.name, reference=f"{_SITE}/tactics/{tactic.id}/"
        ),
        technique=tuple(_technique(parent, subs) for parent, subs in under.values()) or UNSET,
    )


def _technique(technique: Technique, subs: list[Technique]) -> AttackTechnique:
    return AttackTechnique(
        id=technique.id,
        name=technique.name,
        reference=_reference(technique),
        subtechnique=tuple(
            AttackSubtechnique(id=sub.id, name=sub.name, reference=_reference(sub)) for sub in subs
        )
        or UNSET,
    )


def _reference(technique: Technique) -> str:
    return f"{_SITE}/techniques/{technique.id.replace('.', '/')}/"
