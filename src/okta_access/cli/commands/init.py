"""``okta-access init``: a repository for a team's own rules; it passes its own checks."""

from __future__ import annotations

import re
from pathlib import Path

import click

from okta_access.cli.scaffold import AUTHOR, repository_files, write_new
from okta_access.cli.terminal import Terminal

_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.()-]{0,29}[A-Za-z0-9)]")


@click.command("init", short_help="Begin a repository for rules of your own.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--id", "pack", help="What names files and the Splunk app; the folder's name.")
@click.option("--name", help="What people read; made of the id without this.")
@click.option("--author", default=AUTHOR, show_default=True, help="Who writes the rules.")
@click.pass_obj
def command(
    terminal: Terminal, *, folder: Path, pack: str | None, name: str | None, author: str
) -> int:
    """Begin a repository: settings, a rule and its fixture, CI, pre-commit, editor, README.

    What is written passes okta-access lint and test; its placeholders are told as warnings. No
    file is written over.
    """
    made = pack or re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    if not _ID.fullmatch(made):
        raise click.BadParameter(
            f"`{made}` is none: lower-case letters, digits and _, 3 to 40, beginning with a letter",
            param_hint="--id",
        )
    label = name or made.replace("_", " ").title()[:31].strip()
    if not _NAME.fullmatch(label):
        raise click.BadParameter(
            "letters, digits, blanks and _.()- can be in it, 2 to 31 of them", param_hint="--name"
        )
    texts = repository_files(folder, made, label, author)
    write_new(texts)
    for path in texts:
        terminal.result(str(path))
    terminal.note(
        "next: edit okta-access.toml and the rule, then okta-access lint and test; for CI, put the"
        " program's wheel into wheels/ (README.md)"
    )
    return 0
