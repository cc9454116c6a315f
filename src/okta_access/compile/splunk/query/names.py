"""How fields are called: in Splunk's events, inside expressions, and in the results."""

from __future__ import annotations

import re
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, Catalog, Field, FieldType
from okta_access.errors import Refused, SettingsError

# What may stand in a field's name without a chance of being read as anything else.
_WORD = r"[A-Za-z_][A-Za-z0-9_]*(?:\{\})?"
_SAFE_NAME = re.compile(rf"{_WORD}(?:\.{_WORD})*", re.ASCII)
_SAFE_PREFIX = re.compile(rf"(?:{_WORD}\.)*", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_RESERVED = re.compile(r"and|or|xor|not|in|like|true|false|null|by|as", re.IGNORECASE)

# Columns of results by the names of CIM's data model Change where it has one, else like them.
_RESULTS = {
    EVENT_TYPE: "command",
    "actor.alternateId": "user",
    "actor.displayName": "user_name",
    "actor.id": "user_id",
    "actor.type": "user_type",
    "target.alternateId": "object",
    "target.id": "object_id",
    "target.type": "object_category",
    "outcome.result": "result",
    "outcome.reason": "reason",
    "client.ipAddress": "src",
    "client.geographicalContext.country": "src_country",
    "client.userAgent.rawUserAgent": "user_agent",
    "securityContext.isProxy": "src_is_proxy",
    "authenticationContext.externalSessionId": "session_id",
    "transaction.id": "transaction_id",
    PUBLISHED: "published",
    UUID: UUID,
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a catalogue's fields in one installation of Splunk.

    ``prefix`` stands before every field where a route nests the event (``detail.`` for AWS
    EventBridge).
    """

    catalog: Catalog
    prefix: str = ""

    def __post_init__(self) -> None:
        if not _SAFE_PREFIX.fullmatch(self.prefix):
            raise SettingsError(
                f"[splunk] field_prefix is {self.prefix!r}, expected names that end in a dot",
                hint='for example "detail."',
            )

    def event(self, path: str) -> str:
        """The field's name in events.

        Raises :class:`Refused` for a field the catalogue does not have, or whose name in Splunk
        would need quoting that is nowhere documented.
        """
        found = self._field(path)
        if not _SAFE_NAME.fullmatch(found.splunk):
            raise Refused(f"`{path}` is `{found.splunk}` in Splunk, which is no plain field name")
        return self.prefix + found.splunk

    def quoted(self, path: str) -> str:
        """The name as eval and where take it: in single quotes unless it is one word.

        >>> from okta_access.catalog.load import load_catalog
        >>> Names(load_catalog()).quoted("target.id")
        "'target{}.id'"
        """
        name = self.event(path)
        return name if _is_plain(name) else f"'{name}'"

    def argument(self, path: str) -> str:
        """The name as commands such as rename and dedup take it: in double quotes with braces."""
        name = self.event(path)
        return name if all(map(_is_plain, name.split("."))) else f'"{name}"'

    def result(self, path: str) -> str:
        """The column of the results that shows the field.

        >>> from okta_access.catalog.load import load_catalog
        >>> Names(load_catalog()).result("actor.alternateId")
        'user'
        """
        return _RESULTS.get(path) or "okta_" + re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_")

    def type_of(self, path: str) -> FieldType:
        """The type that the catalogue gives the field."""
        return self._field(path).type

    def is_boolean(self, path: str) -> bool:
        """Whether the field holds true or false."""
        return self.type_of(path) is FieldType.BOOLEAN

    def is_member(self, path: str) -> bool:
        """Whether one event may hold several values of the field."""
        return self._field(path).member

    def _field(self, path: str) -> Field:
        found = self.catalog.field(path)
        if found is None:
            raise Refused(f"the catalogue does not say what `{path}` is called in Splunk")
        return found


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and not _RESERVED.fullmatch(name)
