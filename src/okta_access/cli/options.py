"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(path_type=Path)

paths = click.argument("paths", nargs=-1, type=_FILE, metavar="[PATH]...")
catalog = click.option(
    "--catalog",
    "catalog_files",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Add event types or fields from a catalogue file of your own (may be repeated).",
)
settings = click.option(
    "--settings",
    "settings_file",
    type=_FILE,
    metavar="FILE",
    help="Settings to use instead of ./okta-access.toml.",
)
