"""How far a proof is: a bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from okta_access.api.proving import Watch
from okta_access.cli.terminal import Terminal
from okta_access.prove.evidence import RuleEvidence


def proving(terminal: Terminal) -> Watch | None:
    """What shows the rules as they are proven; None where nobody would see it."""

    def shown(proven: Iterator[RuleEvidence], rules: int) -> Iterator[RuleEvidence]:
        with click.progressbar(proven, rules, "proving", file=sys.stderr) as bar:
            yield from bar

    return shown if terminal.progress() else None
