"""Coverage as a layer for ATT&CK Navigator: layer format 4.5, ATT&CK version 19."""

from __future__ import annotations

from typing import Any

from okta_access.bundle.coverage import Coverage
from okta_access.catalog.attack import load_attack

ATTACK_VERSION = "19"
LAYER_VERSION = "4.5"
NAVIGATOR_VERSION = "5.1.0"


def layer(found: Coverage) -> dict[str, Any]:
    """The layer: each tagged technique under each of its tactics, scored by its number of rules.

    A sub-technique's parent is shown unfolded, without a score of its own. No platforms are chosen:
    Navigator hides a technique that is not tagged with a chosen one, and T1090 is tagged with
    operating systems and networks alone.
    """
    attack = load_attack()
    by_technique = found.techniques()
    techniques: list[dict[str, Any]] = []
    parents: dict[str, set[str]] = {}
    for id_, rows in by_technique.items():
        known = attack.techniques.get(id_)
        if known is None:
            continue
        for tactic in known.tactics:
            techniques.append(
                {
                    "techniqueID": id_,
                    "tactic": tactic,
                    "score": len(rows),
                    "comment": ", ".join(row.rule for row in rows),
                    "enabled": True,
                    **({} if known.parent else {"showSubtechniques": True}),
                }
            )
            if known.parent is not None:
                parents.setdefault(known.parent, set()).add(tactic)
    techniques += [
        {"techniqueID": id_, "tactic": tactic, "enabled": True, "showSubtechniques": True}
        for id_, tactics in parents.items()
        if id_ not in by_technique
        for tactic in sorted(tactics)
    ]
    most = max((len(rows) for rows in by_technique.values()), default=1)
    return {
        "name": "okta-access detections",
        "versions": {
            "attack": ATTACK_VERSION,
            "navigator": NAVIGATOR_VERSION,
            "layer": LAYER_VERSION,
        },
        "domain": "enterprise-attack",
        "description": "Rules on Okta access requests and access reviews, by technique. A score "
        "counts rules; all of them are experimental, and none was seen to catch an intruder.",
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True},
        "hideDisabled": False,
        "techniques": sorted(techniques, key=lambda one: (one["techniqueID"], one["tactic"])),
        "gradient": {"colors": ["#cfe8f3ff", "#1696d2ff"], "minValue": 0, "maxValue": most},
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": False,
        "selectSubtechniquesWithParent": False,
    }
