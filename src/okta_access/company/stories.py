"""Stories of intruders: what each does, and which no rule of the default settings notices."""

from __future__ import annotations

from okta_access.company.telling import Step, story

_CONDITION = "access.request.condition"
_SEQUENCE = "access.request.sequence"
_SETTINGS = "access.request.settings.update"
_CREATE, _RESOLVE = "access.request.create", "access.request.resolve"
_REVIEW = "access.review"
_SESSIONS = "the rules on sessions are opt-in until a log shows one session for each person"

STORIES = (
    story(
        "night-shift",
        "A stolen administrator's session behind a proxy swaps the approvers, asks, resolves the "
        "own request and puts everything back.",
        [
            (1, f"{_SEQUENCE}.update", "intruder_admin", "seq-1"),
            (3, f"{_CONDITION}.deactivate", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.update", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.activate", "intruder_admin", "rco-1"),
            (4, _CREATE, "intruder_admin", "req-1"),
            (5, _RESOLVE, "intruder_admin", "req-1"),
            (3, f"{_CONDITION}.deactivate", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.update", "intruder_admin", "rco-1"),
            (3, f"{_CONDITION}.activate", "intruder_admin", "rco-1"),
        ],
    ),
    story(
        "wrecking-ball",
        "An administrator who was given notice deletes conditions and sequences before leaving.",
        [
            Step(4, f"{_CONDITION}.delete", "admin", "rco-{n}", times=4),
            Step(4, f"{_SEQUENCE}.delete", "admin", "seq-{n}", times=2),
        ],
    ),
    story(
        "stolen-client",
        "The credentials of an OAuth client leak; whoever finds them rewrites a condition by API.",
        [
            (1, f"{_CONDITION}.deactivate", "stolen_client", "rco-2"),
            (0.2, f"{_CONDITION}.update", "stolen_client", "rco-2"),
            (0.2, f"{_CONDITION}.activate", "stolen_client", "rco-2"),
        ],
    ),
    story(
        "side-door",
        "A stolen administrator's account behind a proxy adds a condition of its own: a way to "
        "ask that did not exist.",
        [
            (1, f"{_CONDITION}.create", "intruder_admin", "rco-99"),
            (2, f"{_CONDITION}.activate", "intruder_admin", "rco-99"),
        ],
    ),
    story(
        "own-approver",
        "An employee who also approves opens a request and resolves it.",
        [(1, _CREATE, "insider", "req-2"), (12, _RESOLVE, "insider", "req-2")],
    ),
    story(
        "rubber-stamp",
        "A stolen approver's account resolves everything in its queue.",
        [Step(0.3, _RESOLVE, "approver", "req-{n}", times=25)],
    ),
    story(
        "shopping-list",
        "A stolen employee's account asks for every resource it can find.",
        [Step(2, _CREATE, "intruder_employee", "req-{n}", times=14)],
    ),
    story(
        "cookie-script",
        "A stolen session cookie is used by a script to ask for access.",
        [Step(5, _CREATE, "intruder_script", "req-{n}", times=3)],
    ),
    story(
        "two-browsers",
        "The cookie of an employee at work is used in another browser as well.",
        [
            (1, _CREATE, "employee", "req-3"),
            (7, _CREATE, "intruder_elsewhere", "req-4"),
            (4, "access.request.cancel", "intruder_elsewhere", "req-4"),
        ],
        _SESSIONS,
    ),
    story(
        "one-session-two-people",
        "One session acts under two identities, as in abuse of support's impersonation.",
        [(1, _CREATE, "intruder_employee", "req-5"), (9, _CREATE, "intruder_other", "req-6")],
        _SESSIONS,
    ),
    story(
        "helpful-support",
        "An identity of the vendor's staff changes who may ask for what.",
        [(1, f"{_CONDITION}.update", "support", "rco-3")],
    ),
    story(
        "one-switch",
        "An administrator's account, from its usual place, changes the tenant's request settings.",
        [(1, _SETTINGS, "admin", "settings")],
    ),
    story(
        "early-verdict",
        "Somebody under review changes the review's dates and ends it, behind a proxy.",
        [
            (1, "access.review.update", "intruder_admin", "rev-1"),
            (20, "access.review.close", "intruder_admin", "rev-1"),
        ],
    ),
    story(
        "own-judge",
        "The reviewed user decides in the review about themselves.",
        [Step(1, "access.review.action", "insider", "rev-2", also="insider")],
    ),
    story(
        "silenced-response",
        "A stolen response tool's client ends the reviews that an incident started.",
        [Step(3, "access.review.close", "stolen_client", "rev-{n}", times=3)],
    ),
    story(
        "tired-approver",
        "Somebody keeps asking the same approver, who keeps turning it down.",
        [Step(2, "access.request.reject", "approver", "req-{n}", times=10)],
    ),
    story(
        "new-approvers",
        "A stolen administrator's account, at home and with a browser, goes through all conditions "
        "and puts its own approver into each.",
        [Step(3, f"{_CONDITION}.update", "admin", "rco-{n}", times=10)],
    ),
    story(
        "rattling-doors",
        "An account without the right role tries to change guardrails, again and again.",
        [Step(4, f"{_CONDITION}.update", "employee", "rco-{n}", times=4, result="DENY")],
    ),
    story(
        "open-for-lunch",
        "An administrator opens a condition for twenty minutes; a friend asks meanwhile.",
        [
            (1, f"{_CONDITION}.activate", "admin", "rco-4"),
            (6, _CREATE, "employee", "req-7"),
            (14, f"{_CONDITION}.deactivate", "admin", "rco-4"),
        ],
        "the rule for it is low, for two edits in the Admin Console look the same",
    ),
    story(
        "two-places",
        "An administrator works at home while a copy of the session works abroad.",
        [
            (1, f"{_CONDITION}.update", "admin", "rco-5"),
            (15, f"{_SEQUENCE}.update", "intruder_abroad", "seq-5"),
        ],
    ),
    story(
        "swapped-approver",
        "A stolen administrator's account, at home and with a browser, puts another approver into "
        "one sequence, and a friend asks.",
        [
            (1, f"{_SEQUENCE}.update", "admin", "seq-6"),
            (30, _CREATE, "friend", "req-20"),
            (20, _RESOLVE, "approver", "req-20"),
        ],
    ),
    story(
        "one-afternoon",
        "A condition is created, used by a friend and deleted within three hours.",
        [
            (1, f"{_CONDITION}.create", "admin", "rco-20"),
            (5, f"{_CONDITION}.activate", "admin", "rco-20"),
            (40, _CREATE, "friend", "req-21"),
            (90, f"{_CONDITION}.deactivate", "admin", "rco-20"),
            (5, f"{_CONDITION}.delete", "admin", "rco-20"),
        ],
    ),
    story(
        "ten-minute-review",
        "A review that an incident started is closed before anybody can look.",
        [
            (1, f"{_REVIEW}.start", "okta", "rev-20"),
            (10, f"{_REVIEW}.close", "approver", "rev-20"),
        ],
    ),
    story(
        "two-hands",
        "One account exchanges the reviewers, another closes the review.",
        [
            (1, f"{_REVIEW}.update", "admin", "rev-21"),
            (90, f"{_REVIEW}.close", "colleague", "rev-21"),
        ],
    ),
    story(
        "early-end",
        "The end date of a review is moved to the next hour, and Okta closes it.",
        [
            (1, f"{_REVIEW}.update", "admin", "rev-22"),
            (65, f"{_REVIEW}.close", "okta", "rev-22"),
        ],
    ),
    story(
        "vendor-verdict",
        "An identity of the vendor's staff closes a review.",
        [(1, f"{_REVIEW}.close", "support", "rev-23")],
    ),
    story(
        "stolen-switch",
        "The credentials of an OAuth client leak; whoever finds them changes the settings by API.",
        [(1, _SETTINGS, "stolen_client", "settings")],
    ),
    story(
        "hammering",
        "A script tries guardrails until the rate limit stops it.",
        [Step(0.5, f"{_CONDITION}.update", "employee", "rco-{n}", times=6, result="RATE_LIMIT")],
    ),
    story(
        "new-chain",
        "An administrator's account makes a sequence without approvers and points a condition at "
        "it, asks, and points the condition back.",
        [
            (1, f"{_SEQUENCE}.create", "admin", "seq-7"),
            (4, f"{_CONDITION}.update", "admin", "rco-21"),
            (9, _CREATE, "admin", "req-22"),
            (9, f"{_CONDITION}.update", "admin", "rco-21"),
        ],
    ),
    story(
        "loosened-for-a-friend",
        "An administrator edits one condition in the ordinary way, and a friend asks under it.",
        [
            (1, f"{_CONDITION}.deactivate", "admin", "rco-22"),
            (3, f"{_CONDITION}.update", "admin", "rco-22"),
            (3, f"{_CONDITION}.activate", "admin", "rco-22"),
            (60, _CREATE, "friend", "req-23"),
        ],
        "an edit is daily work, and none of the 16 fields joins a request with its condition",
    ),
    story(
        "patient-approver",
        "A stolen approver's account resolves a friend's request at the pace of an ordinary day.",
        [(1, _CREATE, "friend", "req-24"), (240, _RESOLVE, "intruder_nearby", "req-24")],
        "resolving is daily work; that it was not the owner of the account is in no field",
    ),
    story(
        "good-neighbour",
        "A copied session asks for access from the same city with the same user agent.",
        [(1, _CREATE, "employee", "req-25"), (60, _CREATE, "intruder_nearby", "req-26")],
        "neither the user agent nor the country differs, and addresses change all the time",
    ),
    story(
        "flagged-approver",
        "A stolen approver's account resolves requests through a proxy.",
        [Step(30, _RESOLVE, "intruder_approver", "req-{n}", times=4)],
        "the rule for it is opt-in: where the company's VPN is marked as a proxy it is constant",
    ),
    story(
        "four-guardrails",
        "Four conditions are switched off, one fewer than a burst.",
        [Step(10, f"{_CONDITION}.deactivate", "admin", "rco-{n}", times=4)],
        "switching off begins every edit in the Admin Console, so only a burst of five counts",
    ),
    story(
        "self-made-reviewer",
        "Somebody makes themselves the reviewer of a review and decides in it.",
        [
            (1, f"{_REVIEW}.update", "colleague", "rev-24"),
            (30, f"{_REVIEW}.action", "colleague", "rev-24"),
        ],
        "only the actor joins the two events, so the rule for it is low",
    ),
    story(
        "far-cookie",
        "The cookie of an employee at work is used abroad with a copied user agent.",
        [(1, _CREATE, "employee", "req-27"), (45, _CREATE, "intruder_far", "req-28")],
        _SESSIONS,
    ),
)
