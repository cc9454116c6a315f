"""What the linter says: findings, how bad each is, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from okta_access.errors import Span


class Severity(StrEnum):
    """How bad a finding is: an error breaks a rule or makes it blind, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def reaches(self, other: Severity) -> bool:
        """Whether this is as bad as ``other``, or worse.

        >>> Severity.ERROR.reaches(Severity.WARNING), Severity.INFO.reaches(Severity.WARNING)
        (True, False)
        """
        order = list(Severity)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction that leaves no choice: ``new`` takes the place of the issue's span.

    ``old`` is what must stand there, less its quotes; else the file is left as it is.
    """

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What one check has seen: where, what, and what to do. Its check adds code and severity.

    ``earlier`` is the place of what stands in its way, where that lies in another document.
    ``after`` are files: while one of them has an error, this may be no more than its consequence.
    """

    span: Span
    message: str
    hint: str | None = None
    fix: Fix | None = None
    earlier: Span | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue under its code: what reports are made of (see :func:`without_consequences`)."""

    code: str
    severity: Severity
    span: Span
    message: str
    hint: str | None = None
    fix: Fix | None = None
    earlier: Span | None = None
    after: tuple[str, ...] = ()

    @property
    def advice(self) -> str | None:
        """What to do, and the place to look at."""
        place = f"first at {self.earlier}" if self.earlier else None
        return "; ".join(filter(None, (place, self.hint))) or None

    @property
    def order(self) -> tuple[Span, str, str]:
        """The order of reports: by file, place and code."""
        return self.span, self.code, self.message


def without_consequences(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings less those that are to be looked at only after others of these are mended.

    To be asked last, of what is about to be told: what is ignored or known already hides nothing.
    """
    told = tuple(findings)
    broken = {one.span.file for one in told if one.severity is Severity.ERROR and not one.after}
    return tuple(one for one in told if broken.isdisjoint(one.after))


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a run. ``suppressed`` are findings that a comment in their file answers."""

    files: int
    rules: int
    errors: int
    warnings: int
    infos: int
    suppressed: int


def summary_of(findings: Iterable[Finding], *, files: int, rules: int, suppressed: int) -> Summary:
    """The numbers of these findings, with those that only the caller knows."""
    counts = Counter(finding.severity for finding in findings)
    return Summary(
        files,
        rules,
        counts[Severity.ERROR],
        counts[Severity.WARNING],
        counts[Severity.INFO],
        suppressed,
    )
