"""What a person sees: results on stdout, everything else on stderr, colours on a terminal only."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a command prints. ``quiet`` drops notes; ``no_color`` drops colours everywhere."""

    no_color: bool = False
    quiet: bool = False

    def result(self, text: str, *, newline: bool = True) -> None:
        """Part of what the user asked for."""
        click.echo(text, nl=newline, color=self.colors(stderr=False) or None)

    def note(self, text: str) -> None:
        """What happened, on stderr; dropped by ``--quiet``."""
        if not self.quiet:
            click.echo(text, err=True, color=self.colors(stderr=True) or None)

    def warning(self, text: str) -> None:
        """Something the user should know, on stderr."""
        click.echo(f"{self.style('warning:', 'yellow', stderr=True)} {text}", err=True)

    def error(self, text: str) -> None:
        """Something that went wrong, on stderr."""
        click.echo(f"{self.style('error:', 'red', stderr=True)} {text}", err=True)

    def style(self, text: str, color: str, *, stderr: bool = False) -> str:
        """The text in a colour, where the stream shows colours."""
        return click.style(text, fg=color) if self.colors(stderr=stderr) else text

    def colors(self, *, stderr: bool) -> bool:
        """Whether that stream shows colours: a terminal, and nobody said no."""
        stream = sys.stderr if stderr else sys.stdout
        return stream.isatty() and not self.no_color and "NO_COLOR" not in os.environ

    def progress(self) -> bool:
        """Whether to show progress: stderr is a terminal, and ``--quiet`` was not given."""
        return sys.stderr.isatty() and not self.quiet
