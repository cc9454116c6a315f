"""The floors of the house as a picture, drawn from the import contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- floors: made by python -m tests.floors -->\n", "<!-- end of floors -->\n"


def floors() -> tuple[tuple[str, ...], ...]:
    """The rooms of each floor, from the top, as the contract lists them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = [
        one["layers"] for one in contracts["contracts"] if one.get("containers") == ["okta_access"]
    ]
    return tuple(tuple(room.strip() for room in layer.split("|")) for layer in layers)


def picture() -> str:
    """The floors as a mermaid chart: a box a floor, an arrow to the next one below.

    >>> picture().splitlines()[:2]
    ['```mermaid', 'flowchart TB']
    """
    lines = ["```mermaid", "flowchart TB"]
    lines += [f'    floor{n}["{" · ".join(rooms)}"]' for n, rooms in enumerate(floors())]
    lines += [f"    floor{n} --> floor{n + 1}" for n in range(len(floors()) - 1)]
    return "\n".join([*lines, "```\n"])


def drawn(page: str) -> str:
    """The page with the picture of today."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{picture()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), "utf-8")
