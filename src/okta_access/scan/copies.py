"""Which alerts have been raised: of an event that stands in a log several times there is one."""

from __future__ import annotations

from hashlib import blake2b

from okta_access.catalog.identity import identity_of
from okta_access.catalog.template import Event
from okta_access.scan.bounded_set import BoundedSet

LATEST_ALERTS = 100_000  # of a stream, that are known when a copy of their event comes


class AlertedCopies:
    """The marks of the alerts raised so far; of a stream, which has no end, the latest."""

    def __init__(self, *, endless: bool = False) -> None:
        self._marks: set[bytes] | BoundedSet = BoundedSet(LATEST_ALERTS) if endless else set()

    def is_first(self, mark: bytes | None) -> bool:
        """Whether no alert of this mark was raised before; None is the mark of no other."""
        if mark is None:
            return True
        if mark in self._marks:
            return False
        self._marks.add(mark)
        return True


def marks_of(event: Event, rules: list[int]) -> list[bytes | None]:
    """For the alert of each of these rules (by number) a mark that all copies of the event share.

    None where copies cannot be told.
    """
    identity = identity_of(event)
    if identity is None:
        return [None for _ in rules]
    text = "\0".join(map(repr, identity)).encode("utf-8", "surrogatepass")
    return [blake2b(text, digest_size=16, salt=rule.to_bytes(16, "big")).digest() for rule in rules]
