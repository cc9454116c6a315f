"""What can go wrong with a SIEM. Whatever it is, a run is resumed by running it again."""

from __future__ import annotations

from okta_access.errors import EngineError


class SiemError(EngineError):
    """A SIEM cannot be used, or does not take a request."""


class ChangedSincePlan(SiemError):
    """Somebody changed a thing between the plan and its turn; nothing was written to it."""


class NotKept(SiemError):
    """A SIEM said yes and holds something else than it was given."""
