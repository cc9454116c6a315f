"""What a log holds that is no event: named on stderr, and kept in a file where that is wanted."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TextIO

from okta_access.cli.logs import LogNotes
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span
from okta_access.logs.inputs import STDIN
from okta_access.logs.rejects import Reject


class Rejects(LogNotes):
    """Notes on logs that also keep what is no event in a file, as JSON Lines.

    A file that can no longer be written is named once, and the scan goes on. ``away`` takes a
    progress line away while something is named. Raises :class:`InputError` for a file that is one
    of the logs, and OSError where it cannot be opened, before anything is read.
    """

    def __init__(self, terminal: Terminal, path: Path | None, logs: tuple[str, ...]) -> None:
        super().__init__(terminal)
        self.away: Callable[[], AbstractContextManager[None]] = nullcontext
        self._path = path
        self._file: TextIO | None = None
        self._lost = False
        if path is not None and any(is_file_of(log, path) for log in logs):
            said = "--rejects would write over a log that is to be read"
            raise InputError(said, span=Span.whole(str(path)))

    def __enter__(self) -> Rejects:
        """Open the file."""
        if self._path is not None:
            self._file = self._path.open("w", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file; what is still to be written is written now."""
        self._with_file(lambda file: file.close())

    def on_reject(self, reject: Reject) -> None:
        """Name and keep a record that is no event."""
        with self.away():
            super().on_reject(reject)
        row = {
            "file": reject.place.file,
            "line": reject.place.line,
            "reason": reject.reason,
            "data": reject.data.decode("utf-8", "backslashreplace"),
        }
        self._with_file(lambda file: file.write(json.dumps(row) + "\n"))

    def on_missing(self, error: InputError) -> None:
        """Name a file that could not be read."""
        with self.away():
            super().on_missing(error)

    def on_note(self, text: str) -> None:
        """Tell what a log cannot hold."""
        with self.away():
            super().on_note(text)

    def exit_code(self) -> int:
        """2 where a file was missing or rejects were lost, 1 where a line was no event, else 0."""
        return 2 if self._lost else super().exit_code()

    def _with_file(self, act: Callable[[TextIO], object]) -> None:
        if self._file is None or self._lost:
            return
        try:
            act(self._file)
        except OSError as error:
            self._lost = True
            self._terminal.error(f"{self._path}: {error.strerror}; rejects are kept no more")


def is_file_of(log: str, path: Path) -> bool:
    """Whether a log, or what a shell has redirected to stdin, is that file."""
    try:
        found = os.fstat(0) if log == STDIN else Path(log).stat()
        there = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(there.st_mode) and os.path.samestat(found, there)
