"""What a person sees: results on stdout, everything else on stderr, colours on a terminal only."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TextIO

import click
import msgspec

from okta_access.reporting.printable import printable

# A word that begins a line, or stands for what it tells of, and its colour.
COLORS: Mapping[str, str] = MappingProxyType(
    {
        "critical": "magenta",
        "high": "red",
        "medium": "yellow",
        "low": "cyan",
        "informational": "white",
        "error": "red",
        "warning": "yellow",
        "info": "cyan",
        "upheld": "green",
        "contradicted": "red",
        "not shown": "yellow",
        "ok": "green",
        "FAILED": "red",
    }
)


class Terminal(msgspec.Struct, frozen=True):
    """Where a command prints. ``quiet`` drops notes; ``no_color`` drops colours everywhere."""

    no_color: bool = False
    quiet: bool = False

    def result(self, text: str, *, newline: bool = True) -> None:
        """Part of what the user asked for. Raises OSError, naming stdout, where it cannot go."""
        try:
            click.echo(text, nl=newline, color=self.colors(stderr=False) or None)
        except BrokenPipeError:
            raise
        except OSError as error:  # a full disk, for example
            raise OSError(error.errno, error.strerror, "stdout") from error

    def note(self, text: str) -> None:
        """What happened, on stderr; dropped by ``--quiet``."""
        if not self.quiet:
            click.echo(text, err=True, color=self.colors(stderr=True) or None)

    def warning(self, text: str) -> None:
        """Something the user should know, on stderr."""
        shown = printable(text, keep="\n")
        click.echo(f"{self.style('warning:', 'yellow', stderr=True)} {shown}", err=True)

    def error(self, text: str) -> None:
        """Something that went wrong, on stderr."""
        shown = printable(text, keep="\n")
        click.echo(f"{self.style('error:', 'red', stderr=True)} {shown}", err=True)

    def style(self, text: str, color: str, *, stderr: bool = False) -> str:
        """The text in a colour, where the stream shows colours."""
        return click.style(text, fg=color) if self.colors(stderr=stderr) else text

    def painted(self, line: str) -> str:
        """A result's line, its first word in its colour."""
        word, blank, rest = line.partition(" ")
        return f"{self.style(word, COLORS[word])}{blank}{rest}" if word in COLORS else line

    def colors(self, *, stderr: bool) -> bool:
        """Whether that stream shows colours: a terminal, and nobody said no."""
        stream = sys.stderr if stderr else sys.stdout
        return _is_terminal(stream) and not self.no_color and "NO_COLOR" not in os.environ

    def is_one(self) -> bool:
        """Whether results go to a terminal."""
        return _is_terminal(sys.stdout)

    def progress(self) -> bool:
        """Whether to show progress: stderr is a terminal, and ``--quiet`` was not given."""
        return _is_terminal(sys.stderr) and not self.quiet


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None where a shell has closed it (`>&-`)
