"""``okta-access lsp``: the language server, for editors."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path

import click

from okta_access.catalog.load import load_catalog
from okta_access.cli import options
from okta_access.errors import InputError


@click.command("lsp", short_help="Serve an editor: findings, hover, completion.")
@options.catalog
def command(*, catalog_files: tuple[Path, ...]) -> int:
    """Serve an editor: what lint says while one types, hover, completion, corrections.

    An editor starts this by itself and speaks the Language Server Protocol with it, on stdin and
    stdout: docs/editor.md. It looks after files below rules/ and fixtures/, and okta-access.toml.
    """
    if find_spec("pygls") is None:
        raise InputError(
            "the language server is not installed",
            hint="to have it, pip install 'okta-access-detections[lsp]'",
        )
    load_catalog(catalog_files)  # a broken one is told before anything is served
    from okta_access.editor.features import language_server

    server = language_server(tuple(file.absolute() for file in catalog_files))
    # The server closes its stdout when it leaves; and what else is printed is no message of its.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as stdout, redirect_stdout(sys.stderr):
        server.start_io(stdout=stdout)
    return 0
