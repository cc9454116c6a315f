"""A row of marks, one for each day or for each few days: the shape of a rule's alerts in time."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "·▁▂▃▄▅▆▇█"
"""The marks, none to most, for whatever can show them; elsewhere ASCII serves."""
_ASCII = ".:-=+*#%@"


def days_a_mark(days: int, columns: int) -> int:
    """How many days one mark stands for, so that the marks fit into that many columns.

    >>> days_a_mark(30, 30), days_a_mark(31, 30), days_a_mark(0, 30)
    (1, 2, 1)
    """
    return max(1, -(-days // columns))


def binned(per_day: Sequence[int], width: int) -> tuple[int, ...]:
    """The busiest day of each ``width`` days; the last bin may be shorter.

    Not their sum or mean: a burst on one day is what makes a rule unbearable, and stays to be seen.

    >>> binned([0, 0, 0, 9, 1], 2)
    (0, 9, 1)
    """
    return tuple(max(per_day[at : at + width]) for at in range(0, len(per_day), width))


def sparkline(counts: Sequence[int], *, ascii_only: bool = False) -> str:
    """One mark a count, on the scale of the highest; a dot is none at all.

    >>> sparkline([0, 1, 4, 8]), sparkline([0, 1, 4, 8], ascii_only=True)
    ('·▁▄█', '.:+@')
    """
    marks = _ASCII if ascii_only else BLOCKS
    most = max(counts, default=0)
    steps = len(marks) - 1
    return "".join(marks[-(-count * steps // most) if count else 0] for count in counts)
