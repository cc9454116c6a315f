"""What values of real events look like, by field: what was seen, and what will be one day.

The template's value is not repeated here. Sources of the shapes: Okta's LogEvent schema
(okta/okta-management-openapi-spec 2026.06.3) and published samples of real events.
"""

from __future__ import annotations

from okta_access.catalog.model import Field, FieldType

# Values a rule's author may not have thought of: types and results that nobody has seen yet.
_UNSEEN = {
    "actor.type": ("ServiceAccount", "AI_AGENT"),
    "outcome.result": ("PENDING_REVIEW",),
}
_SEEN = {
    "actor.id": ("00u1a2b3c4D5e6F7g8h9", "system", "unknown", "0oa9zyxwv8UTSRQ7p6o5"),
    "actor.alternateId": (
        "unknown",
        "system@okta.com",
        "Jörg.Weiß@example.com",
        "o'brien@example.com",
        "svc-iga@example.com",
    ),
    "actor.displayName": ("Okta System", "Søren Ångström", "山田 太郎", "Zoë “Zo” O'Neil", "null"),
    "target.id": ("64b7f3c2a1d0e9f8b7c6d5e4", "00u1a2b3c4D5e6F7g8h9", "unknown"),
    "target.type": ("User", "AppUser", "AppInstance", "UserGroup", "ACCESS_REQUEST_TYPE"),
    "target.alternateId": ("42", "unknown", "anna@example.com", "Zugriff für Büro Zürich"),
    "outcome.reason": ("INVALID_CREDENTIALS", "Not allowed", "Refusé : délai expiré"),
    "client.ipAddress": ("198.51.100.7", "2001:db8::1", "10.1.2.3", "2001:db8:0:0:8:800:200c:417a"),
    "client.userAgent.rawUserAgent": (
        "python-requests/2.32.3",
        "curl/8.9.1",
        "okta_iga_connector",
        "Okta-Integrations",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15",
        "unknown",
    ),
    "client.geographicalContext.country": (
        "United States",
        "Türkiye",
        "Côte d'Ivoire",
        "Korea, Republic of",
        "日本",
    ),
    "authenticationContext.externalSessionId": ("unknown", "102bYfZcRqTRnq9GnYmn3Ij4w"),
    "transaction.id": ("unknown", "Wk3hs2VyaZ0AAABn", "req7f0a-1"),
    "uuid": ("8f0c2f8e-0d0a-11f1-9b7e-3f7e5a1c2d3e",),
    "published": ("2026-01-01T00:00:00.001Z", "2026-06-30T23:59:59.999Z"),
}
_ANY = ("x", "Ünïcode 名前", "0", "null", "unknown", "a b", "*", "true")

# Types that Okta's log holds too and that no catalogue of access events names.
OTHER_TYPES = (
    "user.session.start",
    "user.account.privilege.grant",
    "app.access_request.request",
    "certification.campaign.create",
    "policy.rule.update",
    "access.request",
    "access.request.created",
    "access.review.action.undo",
)


def seen_values(field: Field) -> tuple[str, ...]:
    """Values of a field as texts, the likeliest first; of a boolean ``false`` and ``true``.

    >>> from okta_access.catalog.load import load_catalog
    >>> seen_values(load_catalog().fields["securityContext.isProxy"])
    ('false', 'true')
    """
    if field.type is FieldType.BOOLEAN:
        return ("false", "true")
    seen = _SEEN.get(field.path, () if field.values else _ANY)
    return tuple(dict.fromkeys((*field.values, *seen, *_UNSEEN.get(field.path, ()))))
