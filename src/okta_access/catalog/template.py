"""One plain, complete event of a type: the shape on which fixtures and generators build.

The shape (keys, nesting, nullability) follows Okta's LogEvent schema
(okta/okta-management-openapi-spec 2026.06.3); the values are made up.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from okta_access.catalog.model import Catalog, Family

Event = dict[str, Any]

EPOCH = "2026-01-01T00:00:00.000Z"
_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
_TARGET_TYPES = {
    Family.REQUEST: "ACCESS_REQUEST",
    Family.CONDITION: "ACCESS_REQUEST_CONDITION",
    Family.SEQUENCE: "ACCESS_REQUEST_SEQUENCE",
    Family.SETTINGS: "ACCESS_REQUEST_SETTINGS",
    Family.REVIEW: "ACCESS_REVIEW",
    Family.OTHER: "AppInstance",
}


def template_event(catalog: Catalog, event_type: str) -> Event:
    """A new event of that type by a person at a desk in Germany, successful, with one target.

    >>> from okta_access.catalog.load import load_catalog
    >>> event = template_event(load_catalog(), "access.request.create")
    >>> event["actor"]["type"], event["outcome"]["result"]
    ('User', 'SUCCESS')
    """
    known = catalog.events.get(event_type)
    family = known.family if known else Family.OTHER
    location = {
        "city": "Berlin",
        "state": "Land Berlin",
        "country": "Germany",
        "postalCode": "10117",
        "geolocation": {"lat": 52.51, "lon": 13.38},
    }
    return {
        "actor": {
            "id": "u-1",
            "type": "User",
            "alternateId": "user@example.com",
            "displayName": "Example User",
            "detailEntry": None,
        },
        "client": {
            "userAgent": {"rawUserAgent": _AGENT, "os": "Windows 10", "browser": "CHROME"},
            "zone": "null",
            "device": "Computer",
            "id": None,
            "ipAddress": "203.0.113.10",
            "geographicalContext": location,
        },
        "device": None,
        "authenticationContext": {
            "authenticationProvider": None,
            "credentialProvider": None,
            "credentialType": None,
            "issuer": None,
            "interface": None,
            "authenticationStep": 0,
            "externalSessionId": "idx-1",
        },
        "displayMessage": None,
        "eventType": event_type,
        "outcome": {"result": "SUCCESS", "reason": None},
        "published": EPOCH,
        "securityContext": {
            "asNumber": 64500,
            "asOrg": "example networks",
            "isp": "example networks",
            "domain": "example.net",
            "isProxy": False,
        },
        "severity": "INFO",
        "debugContext": {"debugData": {}},
        "legacyEventType": None,
        "transaction": {"type": "WEB", "id": "t-1", "detail": {}},
        "uuid": "00000000-0000-4000-8000-000000000001",
        "version": "0",
        "request": {
            "ipChain": [
                {
                    "ip": "203.0.113.10",
                    "geographicalContext": location,
                    "version": "V4",
                    "source": None,
                }
            ]
        },
        "target": [
            {
                "id": "o-1",
                "type": _TARGET_TYPES[family],
                "alternateId": "1",
                "displayName": "Example object",
                "detailEntry": None,
                "changeDetails": None,
            }
        ],
    }


def rfc3339(time: datetime) -> str:
    """A time as Okta writes it: UTC, milliseconds, Z.

    >>> rfc3339(datetime(2026, 1, 1, tzinfo=UTC))
    '2026-01-01T00:00:00.000Z'
    >>> rfc3339(datetime(1, 1, 1, microsecond=1999, tzinfo=UTC))
    '0001-01-01T00:00:00.001Z'
    """
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
