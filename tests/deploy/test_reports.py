"""A plan as people and programs read it."""

from __future__ import annotations

import json

from okta_access.deploy.model import Shipped, There
from okta_access.deploy.plan import Action, Change, Difference, Plan
from okta_access.deploy.reports import json as as_json
from okta_access.deploy.reports import text

LONG = "sourcetype=okta | search user=alice OR user=bob | where isnotnull(src) AND src!=dest"
NEW = Change(Action.CREATE, "id-1", "New \x1b[31m", Shipped("id-1", "New", {}, {}), None)
EDITED = Change(
    Action.UPDATE,
    "id-2",
    "Edited",
    Shipped("id-2", "Edited", {}, {}),
    There("id-2", "Edited", {}, enabled=True),
    (
        Difference("note", None, "Call\nthem."),
        Difference("query", LONG.replace("bob", "eve"), LONG),
        Difference("risk_score", 3, 73),
        Difference("tags", ["a" * 40, "b" * 40], ["a" * 40]),
        Difference("to", "now\x1b", None),
    ),
)
STUCK = Change(Action.UPDATE, "id-3", "Stuck", None, None, obstacle="its type cannot change")
GONE = Change(Action.DISABLE, "search x", "search x", None, None, reason="it is no longer shipped")
PLAN = Plan("https://kibana, space default", (NEW, EDITED, STUCK, GONE), 4)


def test_text() -> None:
    assert [*text.lines(PLAN)] == [
        r"create: New \x1b[31m (id-1)",
        "update: Edited (id-2)",
        "  note:",
        "    --- there",
        "    +++ shipped",
        "    @@ -0,0 +1,2 @@",
        "    +Call",
        "    +them.",
        "  query:",
        "    --- there",
        "    +++ shipped",
        "    @@ -2,3 +2,3 @@",
        "     | search user=alice",
        "    -OR user=eve",
        "    +OR user=bob",
        "     | where isnotnull(src)",
        "  risk_score: 3 -> 73",
        "  tags:",
        "    --- there",
        "    +++ shipped",
        "    @@ -1,2 +1 @@",
        f"     {'a' * 40}",
        f"    -{'b' * 40}",
        r"  to: now\x1b -> (none)",
        "update: Stuck (id-3)",
        "  not done: its type cannot change",
        "disable: search x",
        "  it is no longer shipped",
    ]
    assert text.summary(PLAN) == (
        "https://kibana, space default: 1 to create, 1 to update, 1 not done, 1 to disable;"
        " 4 as shipped"
    )
    assert text.summary(Plan("p", (), 2)) == "p: nothing to do; 2 as shipped"


def test_json() -> None:
    told = json.loads(as_json.text(PLAN, [NEW]))
    assert {key: told[key] for key in ("place", "same", "made")} == {
        "place": "https://kibana, space default",
        "same": 4,
        "made": ["id-1"],
    }
    assert [one["action"] for one in told["changes"]] == ["create", "update", "update", "disable"]
    assert told["changes"][1]["fields"][2] == {"name": "risk_score", "there": 3, "shipped": 73}
    assert told["changes"][2]["obstacle"] == "its type cannot change"
    assert "made" not in json.loads(as_json.text(PLAN))
