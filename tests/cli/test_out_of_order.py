"""Events out of time on stderr: the first by their places, and never more than a few lines."""

from __future__ import annotations

import pytest

from okta_access.cli.out_of_order import OutOfOrder
from okta_access.cli.terminal import Terminal
from okta_access.logs.place import Place
from okta_access.matching.correlations.stream import Untimely


@pytest.mark.parametrize("kind", Untimely)
def test_the_first_are_named_and_then_each_further_digit(
    kind: Untimely, capsys: pytest.CaptureFixture[str]
) -> None:
    told = OutOfOrder(Terminal(quiet=True))
    for number in range(1, 151):
        told.tell(kind, 1, Place("-", number))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "-:1",
        "-:2",
        "-:3",
        "-:4",
        "-:5",
        "-:10",
        "-:100",
    ]
    assert "so far" not in lines[0]
    assert lines[-1].endswith("(100 so far)")
    told.summary()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("warning: events that ")
    assert line.endswith(": 150")


def test_many_at_once_are_one_line_and_kinds_are_told_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = OutOfOrder(Terminal())
    told.tell(Untimely.EARLY, 1000, Place("-", 7))
    told.tell(Untimely.LATE, 1, Place("-", 8))
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["-:7", "-:8"]
    assert lines[0].endswith("(1,000 so far)")
    told.summary()
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_nothing_to_tell(capsys: pytest.CaptureFixture[str]) -> None:
    OutOfOrder(Terminal()).summary()
    assert capsys.readouterr().err == ""
