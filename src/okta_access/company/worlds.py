"""Worlds: how a tenant may really log what happens, an unverified assumption turned round in each.

The ids (A1 …) are those of the ledger of assumptions. The ordinary world takes all of them for
true; who trusts a rule wants to know what it does in the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from okta_access.company.people import CONNECTOR, UNKNOWN_CONNECTOR, Office, Person

_SERVICE = Office("Ashburn", "Virginia", "United States", -5, "192.0.2")
_SERVICE_SESSION = "service"
_SERVICE_ADDRESS = "192.0.2.251"
_SERVICE_AGENT = "okta-access-requests/2.0"
_EGRESS = Office("Amsterdam", "North Holland", "Netherlands", 1, "198.51.100")
_DECISIONS = frozenset(
    {
        "access.request.resolve",
        "access.request.reject",
        "access.request.update",
        "access.review.action",
    }
)
_FAILED = frozenset({"FAILURE", "DENY"})


@dataclass(frozen=True, slots=True)
class World:
    """One way to log; ``turned`` names the assumptions that do not hold in it.

    ``vpn`` is the share of people whose VPN Okta marks as a proxy; they use it on one in
    ``vpn_days`` days. ``skipped`` is the share of remediations that wait for somebody to act by
    hand, ``for_others`` the share of requests that a manager makes for somebody of the team.
    """

    name: str
    about: str
    turned: str = ""
    decisions_by: Person | None = None
    client_of_service: bool = False
    two_targets: bool = False
    terraform: bool = False
    failures_as_success: bool = False
    bare_reviews: bool = False
    proxy_flag: bool = True
    two_ids: bool = False
    edits_by_api: bool = False
    rate_limits: bool = False
    skipped: float = 0.0
    for_others: float = 0.0
    delegates: bool = False
    upheavals: bool = False
    shared_session: bool = False
    vpn: float = 0.0
    vpn_days: int = 3

    def actor_of(self, who: Person, event_type: str, time: datetime) -> Person:
        """Who stands in the log for a person's act, and from where."""
        if who.type != "User":
            return who
        if self.decisions_by is not None and event_type in _DECISIONS:
            return self.decisions_by
        if self.client_of_service and event_type.startswith("access."):
            return replace(
                who, office=_SERVICE, address=_SERVICE_ADDRESS, agent=_SERVICE_AGENT, session=False
            )
        if self.shared_session and event_type.startswith("access."):
            who = replace(who, session_of=_SERVICE_SESSION)
        through_vpn = self._through_vpn(who, time)
        if self.two_ids and time.toordinal() % 2:
            who = replace(who, id=f"00x{who.id[3:]}")
        if through_vpn:
            return replace(
                who, office=_EGRESS, address=f"198.51.100.{int(who.id[3:]) % 4 + 240}", proxy=True
            )
        return who

    def outcome_of(self, result: str) -> str:
        """The result that stands in the log."""
        return "SUCCESS" if self.failures_as_success and result in _FAILED else result

    def _through_vpn(self, who: Person, time: datetime) -> bool:
        mine = (who.number * 7919) % 1000 < self.vpn * 1000
        return mine and (who.number + time.toordinal()) % self.vpn_days == 0


QUIET = World("quiet", "nobody uses a VPN, nothing fails")
ORDINARY = World("ordinary", "all assumptions hold; one in a hundred has a private VPN", vpn=0.01)
WORLDS = (
    ORDINARY,
    replace(
        ORDINARY,
        name="connector",
        about="every decision is logged as the connector's",
        turned="A1, A9",
        decisions_by=CONNECTOR,
    ),
    replace(
        ORDINARY,
        name="service-client",
        about="client.* is the service's, and there is no session id",
        turned="A2, A4, A7",
        client_of_service=True,
    ),
    replace(
        ORDINARY,
        name="two-targets",
        about="each event has a second target: the requester, or the resource",
        turned="A5",
        two_targets=True,
    ),
    replace(
        ORDINARY,
        name="vpn",
        about="three in ten work behind a VPN that Okta marks as a proxy, every day",
        vpn=0.3,
        vpn_days=1,
    ),
    replace(
        ORDINARY,
        name="terraform",
        about="guardrails are kept as code: a service app changes one each working day",
        terraform=True,
    ),
    replace(
        ORDINARY,
        name="hidden-failures",
        about="failed attempts are logged with SUCCESS",
        turned="A8",
        failures_as_success=True,
    ),
    replace(
        ORDINARY,
        name="bare-reviews",
        about="a review's events name the review alone, not the reviewed user",
        turned="A6",
        bare_reviews=True,
    ),
    replace(
        ORDINARY,
        name="no-flag",
        about="isProxy is not there",
        turned="A3",
        proxy_flag=False,
    ),
    replace(
        ORDINARY,
        name="two-ids",
        about="each person acts under two actor.ids, on alternate days",
        turned="A10",
        two_ids=True,
    ),
    replace(
        ORDINARY,
        name="one-session",
        turned="A4b",
        about="the service writes one session id a day for all people",
        shared_session=True,
    ),
    replace(
        ORDINARY,
        name="api-edits",
        about="an edit is one event, as through the API, and not the Admin Console's three",
        edits_by_api=True,
    ),
    replace(
        ORDINARY,
        name="rate-limits",
        about="the pipeline of the world terraform runs into rate limits once a week",
        terraform=True,
        rate_limits=True,
    ),
    replace(
        ORDINARY,
        name="by-hand",
        about="one remediation in six is skipped, for somebody to act by hand",
        skipped=1 / 6,
    ),
    replace(
        ORDINARY,
        name="unknown-connector",
        about="every decision is logged under a connector whose name nobody listed",
        turned="A1, A9",
        decisions_by=UNKNOWN_CONNECTOR,
    ),
    replace(
        ORDINARY,
        name="for-others",
        about="managers ask for their teams: one request in three",
        for_others=1 / 3,
    ),
    replace(
        ORDINARY,
        name="delegates",
        about="each owner of apps has the same delegate decide, all day long",
        delegates=True,
    ),
    replace(
        ORDINARY,
        name="upheavals",
        about="migrations, clear-outs, trials, drills and travel, each about once a month",
        upheavals=True,
    ),
)
