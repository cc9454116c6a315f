"""``okta-access coverage``: rules × event types × fields × ATT&CK, and the gaps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from okta_access.bundle.coverage import Coverage, Kind, coverage, matrix
from okta_access.bundle.navigator import layer
from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import Catalog
from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal


@click.command("coverage", short_help="Show which event types, fields and techniques rules cover.")
@options.paths
@options.catalog
@options.packs
@options.settings
@click.option("--format", "form", type=click.Choice(["text", "json", "navigator"]), default="text")
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
    form: str,
) -> int:
    """Show which event types, fields and ATT&CK techniques the rules cover, and what is missing.

    Rules that are off are counted: this is what could be covered. The format navigator is a layer
    for ATT&CK Navigator.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    found = coverage(rules.loaded, rules.catalog)
    if form == "text":
        for line in _as_text(found, rules.catalog):
            terminal.result(line)
    else:
        parts = layer(found) if form == "navigator" else matrix(found, rules.catalog)
        terminal.result(json.dumps(parts, indent=2, ensure_ascii=False))
    return exit_code(rules)


def _as_text(found: Coverage, catalog: Catalog) -> Iterator[str]:
    kinds = (Kind.AUDIT, Kind.DETECTION, Kind.CORRELATION, Kind.NATIVE)
    width = max(len(text) for text in [*catalog.events, *catalog.fields, *_labels(found).values()])
    yield f"{'event type':<{width}}  " + "  ".join(f"{kind:>11}" for kind in kinds)
    for name in catalog.events:
        counts = (len(found.of_type(name, kind)) for kind in kinds)
        yield f"{name:<{width}}  " + "  ".join(f"{count:>11}" for count in counts)
    yield ""
    yield f"{'field':<{width}}  {'rules':>11}"
    for path in catalog.fields:
        yield f"{path:<{width}}  {len(found.of_field(path)):>11}"
    yield ""
    yield f"{'technique (ATT&CK 19)':<{width}}  {'rules':>11}"
    labels = _labels(found)
    for id_, rows in found.techniques().items():
        yield f"{labels[id_]:<{width}}  {len(rows):>11}"
    yield ""
    yield "gaps"
    for gap in found.gaps:
        yield f"  {gap.about}: {gap.what} ({gap.reason})"


def _labels(found: Coverage) -> dict[str, str]:
    """The techniques with their names, where ATT&CK has them."""
    known = load_attack().techniques
    return {id_: f"{id_} {known[id_].name}" if id_ in known else id_ for id_ in found.techniques()}
