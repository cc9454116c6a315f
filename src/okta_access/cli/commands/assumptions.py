"""``okta-access assumptions``: what a log says of the facts that rules take for granted."""

from __future__ import annotations

import json
from pathlib import Path

import click

from okta_access.assumptions.answers import Answer, Ledger
from okta_access.assumptions.shares import Verdict
from okta_access.assumptions.standing import RuleStanding, Standing, standings
from okta_access.cli import options
from okta_access.cli.session import exit_code, open_rules
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError
from okta_access.logs.rejects import Reject
from okta_access.rules.model import Level
from okta_access.scan.run import read_events

_SHOWN_REJECTS = 20
_COLORS = {
    Verdict.UPHELD: "green",
    Verdict.CONTRADICTED: "red",
    Verdict.NOT_SHOWN: "yellow",
}
_HEADINGS = {
    Standing.SAFE: "safe to enable: all that they rest on is upheld here",
    Standing.OPEN: "open: what they rest on is not shown by this log",
    Standing.UNSAFE: "not safe: something they rest on is contradicted by this log",
}


@click.command("assumptions")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A rule file or folder (may be repeated); default: ./rules, else the packaged rules.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    files: tuple[str, ...],
    paths: tuple[Path, ...],
    form: str,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Say which assumptions a log upholds, contradicts or does not show, and what follows.

    FILE is a log as for scan. Give it some weeks, and the events of all types: sign-ins show
    where people really are. Safe means that what a rule rests on holds; how often it would alert,
    backtest tells.
    """
    rules = open_rules(terminal, paths, catalog_files, settings_file)
    ledger = Ledger(rules.catalog)
    rejects: list[Reject] = []
    missing: list[InputError] = []
    for _, event in read_events(files, rejects.append, missing.append):
        ledger.add(event)
    for reject in rejects[:_SHOWN_REJECTS]:
        terminal.error(str(reject))
    if len(rejects) > _SHOWN_REJECTS:
        terminal.error(f"{len(rejects) - _SHOWN_REJECTS} more lines are no events")
    for error in missing:
        terminal.error(str(error))
    answers = ledger.answers()
    found = standings(rules.tuned.shipped, answers)
    off = {one.rule for one in rules.off}
    if form == "json":
        terminal.result(_as_json(ledger.events, answers, found, off))
    else:
        for line in _as_text(terminal, ledger.events, answers, found, off):
            terminal.result(line)
    return 2 if missing else exit_code(rules) or int(bool(rejects))


def _as_text(
    terminal: Terminal,
    events: int,
    answers: tuple[Answer, ...],
    found: tuple[RuleStanding, ...],
    off: set[str],
) -> list[str]:
    lines = [f"{events:,} events of the catalogue's types"]
    for answer in answers:
        verdict = terminal.style(f"{answer.verdict:<12}", _COLORS[answer.verdict])
        lines.append(f"{answer.assumption.id:<4} {verdict}  {answer.assumption.statement}")
        lines.append(f"     {answer.reason}")
        shown = ", ".join(f"{name} {number:,}" for name, number in answer.figures.items())
        lines.append(f"     {shown}")
        if answer.verdict is Verdict.CONTRADICTED:
            lines.append(f"     so {answer.assumption.otherwise}")
    for standing, heading in _HEADINGS.items():
        mine = [one for one in found if one.standing is standing]
        audit = sum(one.level is Level.INFORMATIONAL for one in mine)
        lines += ["", f"{len(mine)} rules are {heading}"]
        lines += [
            f"  {one.level:<8} {one.rule}"
            + (f"  ({', '.join(one.because)})" if one.because else "")
            + ("  off in the settings" if one.rule in off else "")
            for one in mine
            if one.level is not Level.INFORMATIONAL
        ]
        if audit:
            lines.append(f"  and {audit} informational ones")
    return lines


def _as_json(
    events: int, answers: tuple[Answer, ...], found: tuple[RuleStanding, ...], off: set[str]
) -> str:
    parts = {
        "events": events,
        "assumptions": [
            {
                "id": answer.assumption.id,
                "statement": answer.assumption.statement,
                "verdict": answer.verdict,
                "reason": answer.reason,
                "figures": dict(answer.figures),
            }
            for answer in answers
        ],
        "rules": [
            {
                "rule": one.rule,
                "level": one.level,
                "standing": one.standing,
                "because": list(one.because),
                "off": one.rule in off,
            }
            for one in found
        ],
    }
    return json.dumps(parts, indent=2, ensure_ascii=False)
