"""``okta-access compile``: rules as queries for Splunk and Elastic."""

from __future__ import annotations

import json
from pathlib import Path, PurePath

import click

from okta_access import __version__
from okta_access.cli import options
from okta_access.cli.session import Session, open_session
from okta_access.cli.terminal import Terminal
from okta_access.cli.verdicts import tell_verdicts
from okta_access.compile.model import Job, Output, Translation
from okta_access.compile.registry import TARGET_NAMES, target
from okta_access.compile.write import differences, write_files
from okta_access.errors import InputError

_ALL = "all"
_FOLDER = click.Path(path_type=Path)
_FOUND = 1


@click.command("compile")
@options.paths
@click.option(
    "--target",
    "names",
    multiple=True,
    required=True,
    type=click.Choice([*TARGET_NAMES, _ALL]),
    help="What to write for; may be repeated.",
)
@click.option("--output", type=_FOLDER, metavar="DIR", help="Write files there.")
@click.option("--check", type=_FOLDER, metavar="DIR", help="Compare with the files there instead.")
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    output: Path | None,
    check: Path | None,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Write the rules as queries.

    Without --output a single query is printed as it is, and of several a JSON object each. What a
    target cannot say truly is refused, with the reason on stderr.
    """
    if output is not None and check is not None:
        raise click.UsageError("--output and --check exclude each other")
    session = open_session(terminal, paths, catalog_files, settings_file)
    outputs = _outputs(names, session)
    for name in (name for name, made in outputs.items() if not made.translations):
        terminal.note(f"{name}: no rules")
    tell_verdicts(terminal, (one for made in outputs.values() for one in made.translations))
    if check is not None:
        differing = _compare(terminal, outputs, check)
        return max(session.exit_code, _FOUND if differing else 0)
    texts = [one for made in outputs.values() for one in made.translations if one.text is not None]
    if output is None:
        _print(terminal, texts)
        return max(session.exit_code, 0 if texts else _FOUND)
    files = _files(outputs)
    write_files(files, output)
    terminal.note(f"written: {len(files)} files in {output}")
    return max(session.exit_code, 0 if texts else _FOUND)


def _outputs(names: tuple[str, ...], session: Session) -> dict[str, Output]:
    chosen = TARGET_NAMES if _ALL in names else tuple(dict.fromkeys(names))
    job = Job(session.tuned.shipped, session.settings, session.catalog, __version__)
    return {name: target(name).compile(job) for name in chosen}


def _files(outputs: dict[str, Output]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for made in outputs.values():
        files.update(made.files)
    return files


def _print(terminal: Terminal, texts: list[Translation]) -> None:
    if len(texts) == 1:
        terminal.result(texts[0].text or "")
        return
    for one in texts:
        line = {"rule": one.rule, "target": one.target, "query": one.text}
        terminal.result(json.dumps(line, ensure_ascii=False))


def _compare(terminal: Terminal, outputs: dict[str, Output], directory: Path) -> bool:
    files = _files(outputs)
    if not directory.is_dir():
        raise InputError(f"no such folder to compare with: {directory}")
    found = differences(files, directory, {PurePath(name).suffix for name in files})
    for one in found:
        terminal.result(f"{one.kind}: {directory / one.name}")
    terminal.note(f"compared: {len(files)} files, {len(found)} differ")
    return bool(found)
