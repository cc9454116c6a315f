"""The licences in NOTICE: of all that is installed with the package, from what it says of itself.

``python -m tests.licences`` writes the list anew after ``make lock``.
"""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTICE = ROOT / "NOTICE"
_LIST = re.compile(r"(?<=under these licences:\n\n)(?:  .*\n)+")
_LONGEST = 40  # more is a licence's text, not its name


def licences() -> dict[str, str]:
    """Each package of requirements.lock with its licence, in its own words."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    return {name: _licence(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}


def listed(notice: str) -> str:
    """NOTICE with the list as it has to be."""
    rows = licences()
    width = max(map(len, rows))
    text = "".join(f"  {name:<{width}}  {licence}\n" for name, licence in rows.items())
    return _LIST.sub(lambda _: text, notice)


def _licence(name: str) -> str:
    known = metadata(name)
    for key in ("License-Expression", "License"):
        if key in known and len(known[key]) <= _LONGEST:
            return known[key]
    classified = [
        one.rpartition(" :: ")[2]
        for one in known.get_all("Classifier") or ()
        if one.startswith("License ::")
    ]
    return ", ".join(classified)


if __name__ == "__main__":
    NOTICE.write_text(listed(NOTICE.read_text("utf-8")), "utf-8")
