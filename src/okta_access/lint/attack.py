"""MITRE ATT&CK Enterprise v19, as far as access requests and reviews can show anything of it.

Identifiers and the tactics of each technique are facts of MITRE ATT&CK(R). Version 19 split the
tactic Defense Evasion into Stealth and Defense Impairment.
"""

from __future__ import annotations

from types import MappingProxyType

VERSION = "19"

TACTICS = frozenset(
    {
        "reconnaissance",
        "resource-development",
        "initial-access",
        "execution",
        "persistence",
        "privilege-escalation",
        "stealth",
        "credential-access",
        "discovery",
        "lateral-movement",
        "collection",
        "command-and-control",
        "exfiltration",
        "impact",
        "defense-impairment",
    }
)

# Tactics that v19 no longer has, and those that took their place.
FORMER_TACTICS = MappingProxyType({"defense-evasion": ("stealth", "defense-impairment")})

TECHNIQUES = MappingProxyType(
    {
        "t1078.004": ("initial-access", "persistence", "privilege-escalation", "stealth"),
        "t1090": ("command-and-control",),
        "t1090.003": ("command-and-control",),
        "t1098": ("persistence", "privilege-escalation"),
        "t1098.003": ("persistence", "privilege-escalation"),
        "t1199": ("initial-access",),
        "t1484": ("privilege-escalation", "defense-impairment"),
        "t1548": ("privilege-escalation",),
        "t1548.005": ("privilege-escalation",),
        "t1550.001": ("lateral-movement",),
        "t1550.004": ("lateral-movement",),
        "t1556": ("credential-access", "persistence", "defense-impairment"),
        "t1684": ("stealth",),
        "t1684.001": ("stealth",),
        "t1685": ("defense-impairment",),
    }
)

# Techniques that v19 revoked, each with its successor.
REVOKED = MappingProxyType(
    {
        "t1562": "t1685",
        "t1562.001": "t1685",
        "t1562.008": "t1685.002",
        "t1656": "t1684.001",
    }
)

# Techniques that exist, and that no field of these events can show.
NOT_SHOWN = MappingProxyType(
    {
        "t1090.003": "`isProxy` does not say how many hops there were; t1090 is as far as it goes",
        "t1550.001": "no field of these events shows a token",
    }
)
