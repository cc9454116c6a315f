"""What in an event tells who acted and how: words that questions to a log look for.

Unlike the values in the catalogue, these are habits of clients and of Okta's service, seen in
public logs and code. A client chooses its user agent, so none of them proves anything by itself.
Here is what several questions look for; what one alone asks stands with its assumption.
"""

from __future__ import annotations

from types import MappingProxyType

from okta_access.catalog.model import Catalog, Family

NO_SESSION = frozenset({"", "unknown"})
BROWSER = "mozilla/"  # how the user agent of a browser begins
TOOLS = (
    "python-requests",
    "python-httpx",
    "python-urllib",
    "aiohttp",
    "curl/",
    "postmanruntime",
    "go-http-client",
    "okta-sdk",
    "terraform",
    "powershell",
)
"""Parts of the user agents of scripts and API tools, in lower case."""

USERS = ("user",)
APPS = ("publicclientapp", "publicclientappentity", "client")
SYSTEM = ("systemprincipal", "system")
"""The values of ``actor.type``, in lower case, by which rules tell apart who acts."""

USER_ID = "00u"  # how the ids of users begin

# Requests are served by one part of Okta, conditions and sequences are changed in another, so a
# field may be filled here and not there.
PLANES = MappingProxyType(
    {
        Family.REQUEST: "requests",
        Family.CONDITION: "guardrails",
        Family.SEQUENCE: "guardrails",
        Family.SETTINGS: "guardrails",
        Family.REVIEW: "reviews",
        Family.OTHER: "others",
    }
)
"""The part of Okta that logs the events of a family."""

GUARDRAILS = "guardrails"
REQUEST = "access.request."
REVIEW = "access.review."
ENDS = ("resolve", "reject", "cancel", "expire")
"""The verbs with which a request ends."""


def planes_of(catalog: Catalog) -> dict[str, list[str]]:
    """The event types of each part of Okta, in the catalogue's order."""
    found: dict[str, list[str]] = {}
    for name, event in catalog.events.items():
        found.setdefault(PLANES[event.family], []).append(name)
    return found
