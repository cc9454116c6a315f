"""Tables of codes: all that there are, and how often a run found each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from okta_access.lint.findings import Finding
from okta_access.lint.registry import all_checks


def codes_table() -> str:
    """Every code with its severity and what it finds, a line each.

    >>> print(codes_table().splitlines()[0])
    OA001  error    file that cannot be read as text
    """
    checks = all_checks().values()
    return "".join(f"{one.code}  {one.severity:<7}  {one.title}\n" for one in checks)


def statistics_table(findings: Iterable[Finding]) -> str:
    """How often each code was found, the most frequent first; ``*`` where --fix corrects some."""
    found = [*findings]
    fixable = {one.code for one in found if one.fix}
    counts = sorted(Counter(one.code for one in found).items(), key=lambda one: (-one[1], one[0]))
    width = len(str(counts[0][1])) if counts else 0
    lines = (
        f"{number:>{width}}  {code}  {'*' if code in fixable else ' '}  {all_checks()[code].title}"
        for code, number in counts
    )
    return "".join(f"{line}\n" for line in lines)
