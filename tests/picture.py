"""The picture of README: what the program prints on a terminal, drawn (``make picture``)."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
WIDTH = 100
_TIMEOUT = 120

# No font and no script of anybody's: whoever looks has a monospaced font, and columns are set by
# `textLength`. The background is the picture's own, on a light page as on a dark one.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" \
aria-label="okta-access on a terminal: alerts of a scan, and a linter that names two typing errors">
<style>
.{unique_id}-matrix {{
  font: {char_height}px/{line_height}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, \
monospace;
}}
.{unique_id}-title {{ font: bold 18px sans-serif }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        (72, 79, 88), (255, 123, 114), (86, 211, 100), (227, 179, 65),
        (121, 192, 255), (210, 168, 255), (86, 212, 221), (230, 237, 243),
    ],
)  # fmt: skip
_MISTAKEN = {
    "actor.type:": "actor.tpye:",
    "sequence.delete\n        actor": "sequence.deleted\n        actor",
    "Say here why this matters and\n    what it does not prove.": "A test of the linter.",
}


def drawn() -> str:
    """The picture, as SVG."""
    scan = ("scan", "--level", "high", "fixtures/demo/week.jsonl")
    with TemporaryDirectory() as scratch:
        _run("new", "okta_access_my_rule", folder=Path(scratch))
        rule = Path(scratch, "rules", "okta_access_my_rule.yml")
        text = rule.read_text("utf-8").replace("Your Name", "A Reader")
        for right, wrong in _MISTAKEN.items():
            assert right in text, right
            text = text.replace(right, wrong)
        rule.write_text(text, "utf-8")
        linted = _run("lint", "rules", folder=Path(scratch))
    alerts = [block for block in _run(*scan, folder=ROOT).split("\r\n\r\n") if "    who " in block]
    shown = [
        "$ okta-access " + " ".join(scan),
        *"\n\n".join(alerts[:2]).splitlines(),
        f"… {len(alerts) - 2} more alerts",
        "",
        "$ okta-access lint rules",
        *linted.rstrip().splitlines(),
    ]
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    for line in shown:
        style = "bold" if line.startswith("$") else ""
        console.print(Text.from_ansi(line, style=style), soft_wrap=False)
    return console.export_svg(
        title="okta-access", theme=_THEME, code_format=_FORMAT, unique_id="terminal"
    )


def _run(*arguments: str, folder: Path) -> str:
    """What a command prints to a terminal; its notes on stderr are left out."""
    ours, its = pty.openpty()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
        "PYTHONPATH": str(ROOT / "src"),
        "TERM": "xterm-256color",
        "COLUMNS": str(WIDTH),
    }
    program = [sys.executable, "-m", "okta_access.cli", *arguments]
    with subprocess.Popen(
        program, cwd=folder, env=environment, stdout=its, stderr=subprocess.DEVNULL
    ) as running:
        os.close(its)
        parts = []
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # how Linux says that nobody writes to it any longer
                break
            if not part:
                break
            parts.append(part)
        running.wait(_TIMEOUT)
    os.close(ours)
    return b"".join(parts).decode()


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(), "utf-8")
