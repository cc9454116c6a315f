"""The command line: one module per command, each thin."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

import click

from okta_access import __version__
from okta_access.cli.terminal import Terminal
from okta_access.errors import OktaAccessError, RuleError

_PARTS = {
    "Rules": ("lint", "test", "compile", "diff", "lock", "new", "init", "lsp"),
    "Logs": ("scan", "backtest", "assumptions", "explain", "generate"),
    "What there is": ("list", "coverage", "catalog"),
    "Shipping": ("bundle", "deploy", "regression"),
}
COMMANDS = tuple(name for part in _PARTS.values() for name in part)
_CLOSED_PIPE = 141  # 128 + SIGPIPE, what a shell reports of a reader that went away
_INTERRUPTED = 130  # 128 + SIGINT
# A start makes many objects, which all stay: to look for garbage among them takes a sixth of it.
_BEFORE_COLLECTING = 50_000


class _LazyGroup(click.Group):
    """Imports a command's module when the command is asked for, so that start-up stays short."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"okta_access.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by what they are about, each in a line of a terminal of 80 columns."""
        width = max(map(len, COMMANDS))
        for part, names in _PARTS.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(part):
                formatter.write_dl(
                    [(name.ljust(width), one.get_short_help_str(80)) for name, one in found if one]
                )


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="okta-access %(version)s")
@click.option("--no-color", is_flag=True, help="No colours (the variable NO_COLOR does the same).")
@click.option("--quiet", is_flag=True, help="Only results and errors; no notes, no progress.")
@click.pass_context
def cli(ctx: click.Context, *, no_color: bool, quiet: bool) -> None:
    """Detection rules for Okta access requests and access reviews.

    Rules are Sigma files. Without PATH a command reads ./rules where it exists, else the rules
    that came with the package.

    \b
    okta-access lint                          check rules
    okta-access test                          prove them on fixtures and generated events
    okta-access compile --target splunk       print the searches
    okta-access scan export.jsonl.gz          evaluate a log
    okta-access backtest export.jsonl.gz      count alerts a day

    Exit codes: 0 nothing wrong, 1 findings, 2 could not run or an input was missing.

    Shell completion, for bash: eval "$(_OKTA_ACCESS_COMPLETE=bash_source okta-access)"
    """
    ctx.obj = Terminal(no_color=no_color, quiet=quiet)


def main() -> NoReturn:
    """Run the command line; the entry point of ``okta-access``."""
    gc.set_threshold(_BEFORE_COLLECTING)
    code = run(sys.argv[1:])
    gc.freeze()  # what is left goes with the process: nobody need look for garbage in it
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; gives the exit code. Errors are one line each on stderr."""
    try:
        result: Any = cli.main(arguments, prog_name="okta-access", standalone_mode=False)
        if sys.stdout is not None:  # None where a shell has closed it (`>&-`)
            sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.Abort:
        click.echo("okta-access: interrupted", err=True)
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return 2
    except OktaAccessError as error:
        click.echo(f"okta-access: error: {error}", err=True)
        return 1 if isinstance(error, RuleError) else 2
    except (BrokenPipeError, SystemExit):
        # Nobody reads on (click tells of it by a plain exit): leave quietly, and keep Python from
        # complaining at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
    except UnicodeEncodeError as error:
        character = error.object[error.start]
        said = f"stdout is {error.encoding} and cannot show {character!a}"
        click.echo(f"okta-access: error: {said} (set PYTHONIOENCODING=utf-8)", err=True)
        return 2
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"okta-access: error: {place}{error.strerror or error}", err=True)
        return 2
    return result if isinstance(result, int) else 0
