"""Synthetic events: those that match a rule by construction, near misses, and everything else.

The hypothesis strategies are public, for a user's own tests as for ours:

>>> from okta_access.generate import events
>>> from hypothesis import given
>>> @given(events(event_type="access.request.create"))
... def test_a_pipeline(event):
...     assert event["eventType"] == "access.request.create"
>>> test_a_pipeline()

They need hypothesis (``pip install 'okta-access-detections[test]'``); everything else here, and so
the commands ``generate`` and ``test``, does without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okta_access.generate.strategies import (
        events,
        histories,
        inert_changes,
        matching,
        near_misses,
        not_matching,
    )

__all__ = ["events", "histories", "inert_changes", "matching", "near_misses", "not_matching"]


def __getattr__(name: str) -> Any:
    """A strategy, which is imported when it is asked for: hypothesis takes its time."""
    if name in __all__:
        return getattr(import_module("okta_access.generate.strategies"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
