"""What stands in debugData where the pack of that name is on: the keys that its rules read.

The keys are those of Okta's reference; everything about their values is made up:

- 40 resources; each has one condition and one sequence, the first are asked for most (as 1, 1/2,
  1/3 …: in every catalogue of this kind a few apps make most of the requests);
- one request in 200 is in conflict with a rule on separation of duties;
- of ten resources seven give such a request a sequence of its own, which the setting is for, two
  let it pass, and one does not take it; a change of a resource's settings sets one of these anew;
- a request is for its requester, but for those that managers make for new hires and their teams;
- one decision of a reviewer in ten gives access back, and one in ten is about the whole review:
  reviews are held to take single rights away.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from random import Random
from typing import Any

from okta_access.catalog.template import Event

_RESOURCES = range(1, 41)
_ASKED_FOR = [1 / number for number in _RESOURCES]
_CONDITIONS, _SEQUENCES = 30, 12
_IN_CONFLICT = 1 / 200
_RESTRICTED = "RESTRICTED"
_SUBMISSION = (
    *("ALLOWED_WITH_OVERRIDES",) * 7,
    *("ALLOWED_WITH_NO_OVERRIDES",) * 2,
    _RESTRICTED,
)
_CONFLICT = json.dumps([{"ruleName": "pay and approve", "description": "", "resourceName": ""}])
_NO_CONFLICT = "[]"
_RESTORED = 0.1
_WHOLE_REVIEW = 0.1


def add_debug_data(
    events: Iterable[Event], for_others: Collection[str], people: int, random: Random
) -> None:
    """Write debugData into the events, oldest first, of a company of so many people.

    ``for_others`` are the ids of requests that are not for their requester.
    """
    months = _DebugData(for_others, people, random)
    for event in events:
        found = months.of(event)
        if found:
            event["debugContext"] = {"debugData": found}


class _DebugData:
    """The requests, reviews and settings so far."""

    def __init__(self, for_others: Collection[str], people: int, random: Random) -> None:
        self._for_others = for_others
        self._people = people
        self._random = random
        self._submission = {number: _SUBMISSION[number % 10] for number in _RESOURCES}
        self._requests: dict[str, tuple[int, dict[str, str]]] = {}
        self._reviewed: dict[str, str] = {}
        self._decided: dict[str, dict[str, str]] = {}

    def of(self, event: Event) -> dict[str, str]:
        """What stands in the event's debugData; empty for types of which no rule reads it."""
        match event["eventType"].split("."):
            case ["access", "request", "settings", _]:
                return self._settings()
            case ["access", "request", _]:
                return self._request(event)
            case ["access", "review", verb]:
                return self._review(event, verb)
            case _:
                return {}

    def _settings(self) -> dict[str, str]:
        number = self._random.choice(_RESOURCES)
        self._submission[number] = self._random.choice(_SUBMISSION)
        return {"access_request_settings_resource_id": _resource(number)}

    def _request(self, event: Event) -> dict[str, str]:
        id_ = event["target"][0]["id"]
        if id_ not in self._requests:
            self._requests[id_] = self._asked(id_, event["actor"])
        resource, said = self._requests[id_]
        return {**said, "risk_settings_request_submission_type": self._submission[resource]}

    def _asked(self, id_: str, actor: dict[str, Any]) -> tuple[int, dict[str, str]]:
        resource = self._random.choices(_RESOURCES, _ASKED_FOR)[0]
        requester = actor["id"] if actor["type"] == "User" else self._somebody()
        conflict = self._random.random() < _IN_CONFLICT
        if self._submission[resource] == _RESTRICTED:
            conflict = False  # it would not have been taken
        return resource, {
            "requester_id": requester,
            "requested_for_id": self._somebody() if id_ in self._for_others else requester,
            "requested_resource_id": _resource(resource),
            "access_request_matched_condition_id": f"rco{resource % _CONDITIONS + 1:017}",
            "access_request_approval_sequence_id": f"{resource % _SEQUENCES + 1:024x}",
            "rule_conflict_details": _CONFLICT if conflict else _NO_CONFLICT,
        }

    def _review(self, event: Event, verb: str) -> dict[str, str]:
        id_ = event["target"][0]["id"]
        if verb not in ("action", "remediate"):
            return {"access_review_id": id_}
        if id_ not in self._reviewed:
            people = [one["id"] for one in event["target"] if one["type"] == "User"]
            self._reviewed[id_] = people[0] if people else self._somebody()
        if verb == "action":
            whole = self._random.random() < _WHOLE_REVIEW
            back = self._random.random() < _RESTORED
            self._decided[id_] = {
                "access_review_action": "RESTORE" if back else "REVOKE",
                "access_review_action_level": "REVIEW_LEVEL" if whole else "RESOURCE_LEVEL",
            }
        return {
            "access_review_id": id_,
            **self._decided.get(id_, {}),
            "access_review_principal_user_id": self._reviewed[id_],
        }

    def _somebody(self) -> str:
        return f"00u{self._random.randint(1, self._people):017}"


def _resource(number: int) -> str:
    return f"0oa{number:017}"
