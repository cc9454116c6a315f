"""``scan --report``: what the page is told of the scan beyond its alerts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from types import TracebackType

from okta_access import __version__
from okta_access.api.rulebook import RuleBook
from okta_access.casefile.case import Limits
from okta_access.casefile.report import Report
from okta_access.cli.logs import LogNotes
from okta_access.cli.rejects import is_file_of
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span
from okta_access.logs.inputs import STDIN
from okta_access.logs.reading import Reading
from okta_access.scan.alerts import Alert
from okta_access.scan.engine import Scan


class CaseReport:
    """The page of a scan.

    One that can no longer be written is named once, and the scan goes on. Raises
    :class:`InputError` for a page, or a table beside it, that is one of the logs, and OSError where
    it cannot be begun, before anything is read.
    """

    def __init__(self, terminal: Terminal, path: Path, logs: tuple[str, ...]) -> None:
        self._terminal = terminal
        self._report = Report(path)
        self._lost = False
        for file in (self._report.path, self._report.beside):
            if any(is_file_of(log, file) for log in logs):
                said = "--report would write over a log that is to be read"
                raise InputError(said, span=Span.whole(str(file)))

    def __enter__(self) -> CaseReport:
        """Begin to write."""
        self._report.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what was not finished."""
        self._report.__exit__(kind, error, trace)

    def add(self, alert: Alert) -> None:
        """Take an alert."""
        self._try(lambda report: report.add(alert))

    def finish(
        self,
        book: RuleBook,
        logs: tuple[str, ...],
        reading: Reading,
        notes: LogNotes,
        scan: Scan,
        zone: tzinfo,
    ) -> None:
        """Write the page, and say what was written."""

        def write(report: Report) -> None:
            rules, catalog = book.tuned.in_force, book.catalog
            limits = _limits(notes, scan, logs, len(book.off))
            for path in report.finish(rules, catalog, logs, reading, limits, zone, __version__):
                self._terminal.note(f"wrote {path}")

        self._try(write)

    def exit_code(self) -> int:
        """2 where the page could not be written, else 0."""
        return 2 if self._lost else 0

    def _try(self, act: Callable[[Report], object]) -> None:
        if self._lost:
            return
        try:
            act(self._report)
        except OSError as error:
            self._lost = True
            self._terminal.error(f"{error.filename}: {error.strerror}; there is no report")


def _limits(notes: LogNotes, scan: Scan, logs: tuple[str, ...], off: int) -> Limits:
    """What was read, and what was not, in sentences."""
    tally = scan.tally
    told = list(notes.told)
    more = notes.rejects + notes.missing - len(told)
    if more > 0:
        told.append(f"and {more:,} more")
    said = [*notes.noted, *notes.remarks(tally)]
    if tally.passed_over:
        said.append(
            f"{tally.passed_over:,} lines without any of the types that rules are about were "
            "passed over undecoded; one that is no JSON would not be among the unreadable "
            "(--strict decodes all)"
        )
    never = scan.never_seen()
    if tally.events and never:
        said.append(f"fields that rules read and no event held: {', '.join(never)}")
    if off:
        said.append(f"{off} rules are switched off (okta-access list --off says why)")
    if STDIN in logs:
        said.append(
            "stdin can be read only once: events from it are not shown, nor what lies around them"
        )
    return Limits(notes.read_text(tally), tuple(told), tuple(said))
