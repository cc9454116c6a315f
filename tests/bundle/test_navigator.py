"""The layer against ATT&CK Navigator's layer format 4.5, read strictly.

After mitre-attack/attack-navigator, layers/LAYERFORMATv4_5.md: every property of the tables that
we write, nothing that they do not list, and what they say in words (a gradient that rises, unfolded
techniques that have sub-techniques, nothing hidden).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import pytest

from okta_access.bundle.coverage import coverage
from okta_access.bundle.navigator import layer
from okta_access.catalog.attack import load_attack
from okta_access.catalog.load import load_catalog
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules

_COLOR = {"type": "string", "pattern": "^#[0-9a-f]{6}([0-9a-f]{2})?$"}
_BOOLEAN = {"type": "boolean"}
_TEXT = {"type": "string", "minLength": 1}


def _closed(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    """An object of these properties and no other."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


_VERSIONS = {
    "attack": {"const": "19"},
    "navigator": {"type": "string", "pattern": r"^(4\.9|[5-9]\.[0-9]+)\.[0-9]+$"},
    "layer": {"const": "4.5"},
}
_LAYOUT = {
    "layout": {"enum": ["side", "flat", "mini"]},
    "showID": _BOOLEAN,
    "showName": _BOOLEAN,
    "showAggregateScores": _BOOLEAN,
    "countUnscored": _BOOLEAN,
    "aggregateFunction": {"enum": ["average", "min", "max", "sum"]},
    "expandedSubtechniques": {"enum": ["none", "all", "annotated"]},
}
_TECHNIQUE = {
    "techniqueID": {"type": "string", "pattern": r"^T[0-9]{4}(\.[0-9]{3})?$"},
    "tactic": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"},
    "score": {"type": "number"},
    "comment": {"type": "string"},
    "enabled": _BOOLEAN,
    "showSubtechniques": _BOOLEAN,
}
_GRADIENT = {
    "colors": {"type": "array", "items": _COLOR, "minItems": 2},
    "minValue": {"type": "number"},
    "maxValue": {"type": "number"},
}
SCHEMA = _closed(
    {
        "name": _TEXT,
        "versions": _closed(_VERSIONS),
        "domain": {"enum": ["enterprise-attack", "mobile-attack", "ics-attack"]},
        "description": _TEXT,
        "sorting": {"enum": [0, 1, 2, 3]},
        "layout": _closed(_LAYOUT, *_LAYOUT),
        "hideDisabled": _BOOLEAN,
        "techniques": {"type": "array", "items": _closed(_TECHNIQUE, *list(_TECHNIQUE)[2:])},
        "gradient": _closed(_GRADIENT),
        "showTacticRowBackground": _BOOLEAN,
        "selectTechniquesAcrossTactics": _BOOLEAN,
        "selectSubtechniquesWithParent": _BOOLEAN,
    }
)
CATALOG = load_catalog()


@cache
def made(folder: str) -> dict[str, Any]:
    return layer(coverage(load_rules([rules_dir() / folder], CATALOG), CATALOG))


@pytest.mark.parametrize("folder", ["", "audit"])
def test_the_layer_is_of_format_4_5(folder: str) -> None:
    """Also where no rule tags a technique."""
    found = made(folder)
    jsonschema.validate(found, SCHEMA, jsonschema.Draft202012Validator)
    assert found["gradient"]["maxValue"] > found["gradient"]["minValue"]
    assert bool(found["techniques"]) == (not folder)


def test_what_has_no_sub_techniques_is_not_unfolded() -> None:
    techniques = load_attack().techniques
    for one in made("")["techniques"]:
        if "showSubtechniques" in one:
            assert techniques[one["techniqueID"]].parent is None


def test_a_sub_technique_is_never_folded_away() -> None:
    """Its parent stands in the layer too, unfolded, under the same tactic."""
    rows = {(one["techniqueID"], one["tactic"]): one for one in made("")["techniques"]}
    parents = load_attack().techniques
    subs = [(id_, tactic) for id_, tactic in rows if "." in id_]
    assert subs
    for id_, tactic in subs:
        assert rows[str(parents[id_].parent), tactic]["showSubtechniques"] is True


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("filters", {"platforms": ["Identity Provider"]}),
        ("versions", {"attack": "19", "navigator": "4.8.2", "layer": "4.5"}),
        ("techniques", [{"techniqueID": "T1484", "tactic": "Privilege Escalation"}]),
        ("techniques", [{"techniqueID": "T1484", "tactic": "persistence", "scores": 1}]),
    ],
)
def test_the_schema_refuses(key: str, value: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**made(""), key: value}, SCHEMA, jsonschema.Draft202012Validator)
