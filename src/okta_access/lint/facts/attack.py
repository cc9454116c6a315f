"""The ATT&CK table as tags write it: lower case, and what version 19 has replaced."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from okta_access.catalog.attack import load_attack

VERSION = 19

# Techniques that exist, and that no field of these events can show.
NOT_SHOWN = MappingProxyType(
    {
        "t1090.003": "`isProxy` does not say how many hops there were; t1090 is as far as it goes",
        "t1550.001": "no field of these events shows a token",
    }
)


def tactics() -> frozenset[str]:
    """The tactics of this version, as tags name them.

    >>> "defense-impairment" in tactics()
    True
    """
    return frozenset(load_attack().tactics)


def tactics_of() -> Mapping[str, tuple[str, ...]]:
    """The listed techniques, each with its tactics.

    >>> tactics_of()["t1548.005"]
    ('privilege-escalation',)
    """
    return {id_.lower(): one.tactics for id_, one in load_attack().techniques.items()}


def revoked() -> Mapping[str, str]:
    """Techniques that this version revoked, each with its successor.

    >>> revoked()["t1562"]
    't1685'
    """
    return {old.lower(): new.lower() for old, new in load_attack().successors.items()}


def former_tactics() -> Mapping[str, tuple[str, ...]]:
    """Tactics that only version 18 has, each with those that took their place.

    >>> former_tactics()
    {'defense-evasion': ('stealth', 'defense-impairment')}
    """
    attack = load_attack()
    found: dict[str, tuple[str, ...]] = {}
    for tag in attack.tactics:
        before = attack.tactic(tag, 18)
        if before is not None and before.tag not in attack.tactics:
            found[before.tag] = (*found.get(before.tag, ()), tag)
    return found
