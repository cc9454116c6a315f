"""What a command that reads logs tells about them on stderr: nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from okta_access.cli.progress import Progress
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span
from okta_access.logs.events import log_files
from okta_access.logs.inputs import STDIN, size_of
from okta_access.logs.reading import Meter
from okta_access.logs.rejects import Reject
from okta_access.scan.tally import NAMED, Tally


class LogNotes:
    """Names what cannot be read as it comes, up to a bound, and counts all of it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.rejects = 0
        self.missing = 0
        self.told: list[str] = []
        self.noted: list[str] = []

    def on_reject(self, reject: Reject) -> None:
        """Name a record that is no event."""
        self.rejects += 1
        if self.rejects <= NAMED:
            self.told.append(str(reject))
            self._terminal.error(str(reject))

    def on_missing(self, error: InputError) -> None:
        """Name a file that could not be read."""
        self.missing += 1
        self.told.append(str(error))
        self._terminal.error(str(error))

    def on_note(self, text: str) -> None:
        """Tell what a log cannot hold, so that silence is no comfort."""
        self.noted.append(text)
        self._terminal.warning(text)

    def on_empty_folders(self, names: Iterable[str]) -> None:
        """Name the folders that hold no file."""
        for name in names:
            if name != STDIN and not log_files((name,)):
                self.on_missing(
                    InputError("there is no file in this folder", span=Span.whole(name))
                )

    def summary(self, tally: Tally) -> None:
        """What was read, and what the user should know about it."""
        terminal = self._terminal
        if self.rejects > NAMED:
            terminal.error(f"{self.rejects - NAMED:,} more lines are no events")
        for remark in self.remarks(tally):
            terminal.warning(remark)
        read = tally.events + tally.others + tally.passed_over + tally.outside_range
        if not (read or self.rejects or self.missing):
            terminal.warning(
                "no event was read: that nothing alerts does not mean that all is well"
            )
        terminal.note(f"read: {self.read_text(tally)}")

    def remarks(self, tally: Tally) -> Iterator[str]:
        """What the user should know about the events that were judged."""
        for wrong, count in sorted(tally.wrong_types.items()):
            yield (
                f"{wrong.field}: expected {wrong.expected}, found {wrong.found} "
                f"({_count(count, 'event')}); evaluated all the same"
            )
        if tally.untimed:
            yield (
                f"{_count(tally.untimed, 'event')} without a readable `published` took no part in "
                f"correlations: {', '.join(map(str, tally.untimed_places))}"
                + (", …" if tally.untimed > len(tally.untimed_places) else "")
            )

    def read_text(self, tally: Tally) -> str:
        """How much was read."""
        outside = tally.outside_range
        return (
            f"{_count(tally.events, 'event')} of the catalogue's types, "
            f"{tally.others + tally.passed_over:,} of others, {self.rejects:,} unreadable"
            + (f", {outside:,} outside the time range" if outside else "")
        )

    def exit_code(self) -> int:
        """2 where a file was missing, 1 where a line was no event, else 0."""
        return 2 if self.missing else int(bool(self.rejects))


@contextmanager
def progress_over(
    logs: Iterable[str], meter: Meter, tally: Tally
) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Show how far these logs have been read; gives what takes the line away for other lines."""
    sizes = [size_of(log) for log in logs]
    known = [size for size in sizes if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    line = Progress(total, lambda: meter.done, lambda: tally.events)
    with line.shown():
        yield line.away


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
