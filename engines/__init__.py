"""Real search engines for the proof of compiled queries, booted on the developer's own machine.

A tool of this repository's development and CI; nothing here is part of the wheel.

Licences: Elasticsearch is offered under the AGPL 3, the SSPL 1 and the Elastic License 2. It is
fetched from Maven Central onto the machine that runs it, is used there as it comes, and is never
redistributed: no build, bundle or image of this project contains any of it.
"""

from __future__ import annotations

import os
from pathlib import Path

CACHE_VARIABLE = "OKTA_ACCESS_ENGINES_CACHE"


class EngineUnavailable(Exception):
    """The engine cannot be had on this machine; the text says what is missing."""


class EngineBroken(Exception):
    """The engine is there and does not do what it must; the text says what happened."""


def cache_folder() -> Path:
    """Where what was fetched is kept; it need not be there yet."""
    return Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "okta-access-engines")
