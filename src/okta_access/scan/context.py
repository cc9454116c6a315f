"""What alerts tell of their events: who acted on what, from where, and how it ended."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from okta_access.catalog.paths import Held

WHO = ("actor.id", "actor.alternateId", "actor.displayName", "actor.type")
_TARGETS = "target.id"
_WHERE = (
    "client.ipAddress",
    "client.geographicalContext.country",
    "client.userAgent.rawUserAgent",
    "outcome.result",
)
CONTEXT_PATHS = (*WHO, _TARGETS, *_WHERE)
"""The fields that alerts tell of their events."""

_NO_LOGIN = "unknown"
Texts = tuple[str, ...]
_T = TypeVar("_T", bound=Hashable)


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Whoever acted, as far as the event says: id, login (``alternateId``), name and type.

    Of an app Okta writes ``unknown`` as its login.
    """

    id: str | None
    login: str | None
    name: str | None
    type: str | None

    def __str__(self) -> str:
        """The login first, then what else tells people apart.

        >>> str(Actor("00u1", "ann@example.com", "Ann Lee", "User"))
        'ann@example.com (Ann Lee, 00u1, User)'
        >>> str(Actor("0oa1", "unknown", "Portal", "PublicClientApp"))
        'Portal (0oa1, PublicClientApp)'
        """
        first, *others = self.known
        return f"{first} ({', '.join(others)})" if others else first

    @property
    def known(self) -> tuple[str, ...]:
        """What there is of login, name, id and type; a login that is none only where alone."""
        texts = [text for text in (self.login, self.name, self.id, self.type) if text]
        return tuple(text for text in texts if text != _NO_LOGIN) or tuple(texts)


class Context(msgspec.Struct, frozen=True, gc=False):
    """What events say of who, what, where and how; each thing once, in the order of events."""

    actors: tuple[Actor, ...] = ()
    targets: Texts = ()
    addresses: Texts = ()
    countries: Texts = ()
    agents: Texts = ()
    outcomes: Texts = ()


def context_of(held: Sequence[Held]) -> Context:
    """The context of one event, from what it holds at each of :data:`CONTEXT_PATHS`."""
    who = [text if isinstance(text, str) else ", ".join(text) or None for text in held[: len(WHO)]]
    others = ((text,) if isinstance(text, str) else text for text in held[len(WHO) :])
    return Context((Actor(*who),) if any(who) else (), *map(_once, others))


def together(contexts: Sequence[Context]) -> Context:
    """The context of several events.

    >>> together([Context(targets=("a", "b")), Context(targets=("b", "c"))]).targets
    ('a', 'b', 'c')
    """
    if len(contexts) == 1:
        return contexts[0]
    columns = zip(*map(msgspec.structs.astuple, contexts), strict=True)
    return Context(*(_once(one for column in of for one in column) for of in columns))


def _once(found: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(found))
