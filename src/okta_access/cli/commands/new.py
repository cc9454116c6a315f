"""``okta-access new``: a rule and its fixture to begin with; both pass lint and test as written."""

from __future__ import annotations

import re
from pathlib import Path

import click

from okta_access.cli.scaffold import AUTHOR, rule_files, write_new
from okta_access.cli.terminal import Terminal

_NAME = re.compile(r"[a-z][a-z0-9_]{2,79}")


@click.command("new", short_help="Begin a rule and its fixture.")
@click.argument("name")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rules"),
    show_default=True,
    help="The folder of the rules; fixtures lie beside it.",
)
@click.option("--author", default=AUTHOR, show_default=True, help="Who writes the rule.")
@click.pass_obj
def command(terminal: Terminal, *, name: str, rules: Path, author: str) -> int:
    """Begin a rule: writes rules/NAME.yml and fixtures/NAME.yml.

    Both are a working example to change. Then: okta-access lint, okta-access test.
    """
    if not _NAME.fullmatch(name):
        raise click.BadParameter(
            "a name has lower-case letters, digits and _, begins with a letter and has 3 to 80 "
            "characters, for example okta_access_my_rule",
            param_hint="NAME",
        )
    texts = rule_files(name, rules, author)
    write_new(texts)
    for path in texts:
        terminal.result(str(path))
    terminal.note("next: edit both, then okta-access lint, okta-access test")
    return 0
