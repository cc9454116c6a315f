"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from pathlib import Path

import click

from okta_access.cli.times import time_of
from okta_access.content import PACKS
from okta_access.logs.envelopes import Envelope

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
packs = click.option(
    "--pack",
    "packs",
    multiple=True,
    type=click.Choice(PACKS),
    help="Read this pack of rules and its catalogue file too (may be repeated).",
)
proving_jobs = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one a processor",
    metavar="N",
    help="Processes that prove rules; the evidence is the same. With --engine it is one.",
)
timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest wait for one answer.",
)
retries = click.option(
    "--retries",
    type=click.IntRange(min=0, max=20),
    default=5,
    show_default=True,
    help="How often to ask again, after ever longer pauses, where the server is busy.",
)
verbose = click.option(
    "--verbose", is_flag=True, help="Name every rule that is refused, and what bounds the others."
)
settings = click.option(
    "--settings",
    "settings_file",
    type=_FILE,
    metavar="FILE",
    help="Settings to use instead of ./okta-access.toml.",
)
rules = click.option(
    "--rules",
    "paths",
    multiple=True,
    type=_FILE,
    metavar="PATH",
    help="A rule file or folder (may be repeated); default: ./rules, else the packaged rules.",
)
since = click.option(
    "--since",
    callback=time_of,
    metavar="TIME",
    help="Only events from this time on: 2026-01-31T08:00, 7d (ago), yesterday.",
)
until = click.option(
    "--until", callback=time_of, metavar="TIME", help="Only events before this time."
)
envelope = click.option(
    "--envelope",
    type=click.Choice([one.value for one in Envelope]),
    default=Envelope.AUTO.value,
    show_default=True,
    help="What the events are wrapped in; named, anything else is no event.",
)
