"""Where the project's own rules and fixtures lie.

Imported from a checkout, these are the checkout's folders, so that an edited rule counts at
once. Imported from an installed wheel, they are the copies packed into it under ``_content``.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

PACKS = ("debugdata", "neighbours")
"""Folders of rules that need a catalogue file of their own, which lies in them."""

_NAME_LINE = 'name = "okta-access-detections"'  # as it stands in our pyproject.toml
_PACKAGE = Path(__file__).resolve().parent


def in_pack(file: str) -> bool:
    """Whether a rule file lies in a folder of a pack.

    >>> in_pack("rules/debugdata/correlation/a.yml"), in_pack("debugdata/rules/a.yml")
    (True, False)
    """
    folders = pairwise(Path(file).parts[:-1])
    return any(above == "rules" and folder in PACKS for above, folder in folders)


def rules_dir() -> Path:
    """The folder of the project's own rules; not asked whether it exists.

    >>> rules_dir().name
    'rules'
    """
    return _root() / "rules"


def default_rules() -> Path:
    """``./rules`` where it exists, else the rules that came with the package."""
    here = Path("rules")
    return here if here.is_dir() else rules_dir()


def fixtures_dir() -> Path:
    """The folder of the fixtures and the demo log; not asked whether it exists.

    >>> fixtures_dir().parent == rules_dir().parent
    True
    """
    return _root() / "fixtures"


def docs_dir() -> Path:
    """The folder of the guides; not asked whether it exists."""
    return _root() / "docs"


def _root() -> Path:
    checkout = _PACKAGE.parent.parent
    if _PACKAGE.parent.name == "src" and _is_ours(checkout / "pyproject.toml"):
        return checkout
    return _PACKAGE / "_content"


def _is_ours(pyproject: Path) -> bool:
    """Whether this file describes our distribution, and not a project that vendors the package.

    A search for one line: parsing TOML would cost every start of the command some 10 ms.
    """
    try:
        return _NAME_LINE in pyproject.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
