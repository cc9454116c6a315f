"""What can go wrong with a cluster.

Whatever concerns the cluster as a whole (it is not there, does not know us, is something else) is a
plain :class:`~okta_access.errors.EngineError`. What concerns one request is a
:class:`RequestFailed`: others may be answered.
"""

from __future__ import annotations

from okta_access.errors import EngineError


class Forbidden(EngineError):
    """The cluster knows who asks and does not let them."""


class RequestFailed(EngineError):
    """One request has no answer that counts, for the reason in the message."""


class IncompleteAnswer(RequestFailed):
    """The answer is a part of the answer, or holds null for what could not be evaluated."""


class Overloaded(RequestFailed):
    """The cluster did not manage the request; over a shorter time it may."""


class RequestRefused(RequestFailed):
    """The cluster does not take the request.

    ``status`` is the HTTP status, ``kind`` the server's name for what is wrong
    (``parsing_exception``) and ``reason`` its explanation, on one line.
    """

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"the cluster refuses: {reason} ({kind}, HTTP {status})")
        self.status = status
        self.kind = kind
        self.reason = reason
