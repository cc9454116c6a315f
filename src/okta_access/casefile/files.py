"""Files that get their names once they are whole: a full disk leaves none that is cut off."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO


class Unfinished:
    """A text file on its way to ``path``; until :meth:`finish` it lies beside it, by another name.

    Raises :class:`OSError`, naming ``path``, where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._there = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: TextIO | None = None

    def __enter__(self) -> Unfinished:
        """Open it."""
        try:
            self._there.unlink(missing_ok=True)
            self._file = self._there.open("x", encoding="utf-8", newline="")
        except OSError as error:
            raise self._of_path(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what was not finished."""
        if self._file is not None:
            with suppress(OSError):  # of a full disk it was told before
                self._file.close()
            self._there.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        """Write on."""
        assert self._file is not None
        try:
            self._file.write(text)
        except OSError as error:
            raise self._of_path(error) from error

    def finish(self) -> None:
        """Give it its name."""
        assert self._file is not None
        try:
            self._file.close()
            self._there.replace(self.path)
        except OSError as error:
            raise self._of_path(error) from error
        self._file = None

    def _of_path(self, error: OSError) -> OSError:
        return OSError(error.errno, error.strerror, str(self.path))
