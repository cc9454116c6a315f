"""One JSON object: ``{"form": "okta-access-diff/1", "base": …, "rules": […]}``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from okta_access.difference.model import Difference, RuleChange

FORM = "okta-access-diff/1"


def render(found: Difference) -> str:
    """The object, indented and in ASCII; keys are always there, what is missing is null."""
    whole = {
        "form": FORM,
        "base": found.base,
        "log": found.log,
        "days": found.days,
        "rules": [_rule(one) for one in found.rules],
    }
    return json.dumps(whole, indent=2) + "\n"


def _rule(one: RuleChange) -> dict[str, Any]:
    return {
        "rule": one.name,
        "kind": one.kind.value,
        "before": asdict(one.before) if one.before else None,
        "after": asdict(one.after) if one.after else None,
        "words": one.words,
        "alerts": asdict(one.alerts) if one.alerts else None,
        "texts": [asdict(text) for text in one.texts],
    }
