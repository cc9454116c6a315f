"""``okta-access compile``: rules as queries for Splunk and Elastic."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okta_access.api.compiling import Compilation, compile_rules
from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.cli.verdicts import tell_nameless, tell_verdicts
from okta_access.compile.model import Translation
from okta_access.compile.registry import TARGET_NAMES
from okta_access.errors import RuleError

_ALL = "all"
_AS_QUERIES = frozenset({"elastic-eql", "elastic-esql", "elastic-lucene", "splunk"})
_FOLDER = click.Path(path_type=Path)
_FOUND = 1


@click.command("compile", short_help="Write the rules as queries, or as what a SIEM imports.")
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
@options.verbose
@options.catalog
@options.packs
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    output: Path | None,
    check: Path | None,
    verbose: bool,
    catalog_files: tuple[Path, ...],
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Write the rules as queries.

    Without --output a single query is printed as it is, and of several a JSON object each. What a
    target cannot say truly is refused, with the reason on stderr.
    """
    if output is not None and check is not None:
        raise click.UsageError("--output and --check exclude each other")
    rules = open_rules(terminal, paths, catalog_files, settings_file, packs=packs)
    try:
        compilation = compile_rules(rules, *(() if _ALL in names else dict.fromkeys(names)))
    except RuleError as error:
        for problem in error.problems:
            terminal.error(str(problem))
        raise
    if not _AS_QUERIES.issuperset(compilation.outputs):
        tell_nameless(terminal, rules)
    for name in (name for name, made in compilation.outputs.items() if not made.translations):
        terminal.note(f"{name}: no rules")
    tell_verdicts(terminal, compilation.translations, verbose=verbose)
    if check is not None:
        differing = _compare(terminal, compilation, check)
        return max(exit_code(rules), _FOUND if differing else 0)
    texts = [one for one in compilation.translations if one.text is not None]
    if output is None:
        _print(terminal, texts)
        return max(exit_code(rules), 0 if texts else _FOUND)
    compilation.write(output)
    terminal.note(f"written: {len(compilation.files)} files in {output}")
    return max(exit_code(rules), 0 if texts else _FOUND)


def _print(terminal: Terminal, texts: list[Translation]) -> None:
    if len(texts) == 1:
        terminal.result(texts[0].text or "")
        return
    for one in texts:
        line = {"rule": one.rule, "target": one.target, "query": one.text}
        terminal.result(json.dumps(line, ensure_ascii=False))


def _compare(terminal: Terminal, compilation: Compilation, directory: Path) -> bool:
    found = compilation.differences(directory)
    for one in found:
        terminal.result(f"{one.kind}: {directory / one.name}")
    terminal.note(f"compared: {len(compilation.files)} files, {len(found)} differ")
    return bool(found)
