"""Build hook: puts the content (docs, fixtures, rules) into wheels, but not into editable installs.

An editable install would get a copy taken at install time, stale from the first edit on;
``okta_access.content`` finds the checkout's own folders there instead.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ContentHook(BuildHookInterface[Any]):
    """Maps the content folders to ``okta_access/_content`` in a standard wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the folders; ``version`` is hatchling's name of the kind of wheel."""
        if version != "standard":
            return
        for folder in ("docs", "fixtures", "rules"):
            source = Path(self.root, folder)
            build_data["force_include"][str(source)] = f"okta_access/_content/{folder}"
