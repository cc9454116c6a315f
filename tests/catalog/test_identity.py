"""When two lines are one event."""

from __future__ import annotations

from typing import Any

import pytest

from okta_access.catalog.identity import identity_of

ONE = {"uuid": "u", "eventType": "t", "published": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"actor": {"id": "other"}}, True),
        ({"published": "2026-01-01 00:00:00.000"}, True),
        ({"published": "2026-01-01T01:00:00+01:00"}, True),
        ({"published": "2026-01-01T00:00:00.001Z"}, False),
        ({"published": "redacted"}, False),
        ({"published": None}, False),
        ({"uuid": "U"}, False),
        ({"uuid": ["u"]}, True),
        ({"eventType": "T"}, False),
    ],
)
def test_copies(change: dict[str, Any], same: bool) -> None:
    assert (identity_of({**ONE, **change}) == identity_of(ONE)) is same


@pytest.mark.parametrize("unreadable", ["redacted", None, 0, {"a": 1}])
def test_copies_without_a_readable_time(unreadable: Any) -> None:
    copy = {**ONE, "published": unreadable}
    assert identity_of(copy) == identity_of({**copy})
    assert identity_of(copy) != identity_of({**copy, "published": "other"})


@pytest.mark.parametrize("uuid", [None, "", [], [None]])
def test_without_a_uuid_there_are_no_copies(uuid: Any) -> None:
    assert identity_of({**ONE, "uuid": uuid}) is None
