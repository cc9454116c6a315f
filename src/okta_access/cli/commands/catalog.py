"""``okta-access catalog``: what Okta writes, as this package knows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from okta_access.catalog.drift import compare, read_published
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.schema import event_schema
from okta_access.cli import options
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, Span


@click.group("catalog")
def command() -> None:
    """Show the event types and fields that rules may name."""


@command.command("show")
@options.catalog
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def show(terminal: Terminal, *, catalog_files: tuple[Path, ...], form: str) -> None:
    """List the event types and fields."""
    catalog = load_catalog(catalog_files)
    terminal.result(_as_json(catalog) if form == "json" else _as_text(catalog))


@command.command("schema")
@options.catalog
@click.option("--any-event-type", is_flag=True, help="Accept event types beyond the catalogue.")
@click.pass_obj
def schema(terminal: Terminal, *, catalog_files: tuple[Path, ...], any_event_type: bool) -> None:
    """Print the JSON Schema (draft 2020-12) of an event."""
    found = event_schema(load_catalog(catalog_files), any_event_type=any_event_type)
    terminal.result(json.dumps(found, indent=2, ensure_ascii=False))


@command.command("schemas", short_help="Write the JSON Schemas of the files written by hand.")
@options.catalog
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Write rule.json, correlation.json, filter.json, fixture.json, settings.json and"
    " catalog.json there.",
)
@click.pass_obj
def schemas(terminal: Terminal, *, catalog_files: tuple[Path, ...], output: Path) -> None:
    """Write the JSON Schemas of the files that are written by hand, for editors."""
    from okta_access.api.editing import file_schemas

    output.mkdir(parents=True, exist_ok=True)
    for kind, found in file_schemas(catalog_files).items():
        file = output / f"{kind}.json"
        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
        terminal.result(str(file))


@command.command("check", short_help="Compare with the event types that Okta publishes.")
@click.argument("file", type=click.Path(path_type=Path))
@options.catalog
@click.pass_obj
def check(terminal: Terminal, *, file: Path, catalog_files: tuple[Path, ...]) -> int:
    """Compare with Okta's published list of event types (FILE: its JSON or CSV).

    Exits with 1 where an event type was added, removed, deprecated or changed.
    """
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", span=Span.whole(str(file))) from error
    drift = compare(load_catalog(catalog_files), read_published(text, str(file)))
    for what in ("added", "removed", "deprecated", "changed"):
        for name in getattr(drift, what):
            terminal.result(f"{what}: {name}")
    if not drift:
        terminal.note("no drift: the published event types are those of the catalogue")
    return 1 if drift else 0


def _as_text(catalog: Catalog) -> str:
    width = max(len(name) for name in [*catalog.events, *catalog.fields])
    lines = [f"{len(catalog.events)} event types"]
    lines += [
        f"  {event.name:<{width}}  {event.family:<9}  {event.release:<9}  {event.description}"
        + (" Seen live by others." if event.seen_live else "")
        for event in catalog.events.values()
    ]
    lines += _sightings(catalog)
    lines += ["", f"{len(catalog.fields)} fields"]
    lines += [
        f"  {field.path:<{width}}  {field.type:<9}  {field.description}"
        + (f" Known values: {', '.join(field.values)}." if field.values else "")
        for field in catalog.fields.values()
    ]
    return "\n".join(lines)


def _sightings(catalog: Catalog) -> Iterator[str]:
    """Who says of which types that they saw them, a line each."""
    seen = {name: event.seen_live for name, event in catalog.events.items() if event.seen_live}
    if seen:
        yield ""
        yield "seen live by others: what they published, without the events; of the other access.*"
        yield "types no such publication is known to us"
    for source, date in dict.fromkeys((one.source, one.date) for one in seen.values()):
        yield f"  {source}, notes of {date}"
        yield from (
            f"    {name}: {one.note}"
            for name, one in seen.items()
            if (one.source, one.date) == (source, date)
        )


def _as_json(catalog: Catalog) -> str:
    import msgspec

    parts = {
        "events": list(catalog.events.values()),
        "fields": list(catalog.fields.values()),
        "envelope": list(catalog.envelope.values()),
    }
    return msgspec.json.format(msgspec.json.encode(parts), indent=2).decode()
