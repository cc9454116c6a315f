"""Where the triage guide of an alert lies on this machine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from okta_access.catalog import triage
from okta_access.catalog.model import Catalog, Family
from okta_access.content import rules_dir


def guide_file(event_types: Iterable[str], catalog: Catalog) -> str | None:
    """The guide's file, as seen from the current folder where it lies below; None without one.

    In a checkout it is the page in ``docs/triage``, else the copy in the package.
    """
    family = triage.guide_family(event_types, catalog)
    return None if family is None else _file(family, Path.cwd())


@cache
def _file(family: Family, here: Path) -> str:
    page = rules_dir().parent / "docs" / "triage" / f"{family}.md"
    if not page.is_file():
        page = Path(triage.__file__).with_name(f"{family}.md")
    return str(page.relative_to(here) if page.is_relative_to(here) else page)
