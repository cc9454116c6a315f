"""A server that follows a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.scripted import Script, served
from tests.cluster.asking import INFO, NUMBER


@pytest.fixture
def script() -> Script:
    return Script({"GET /": [INFO], "POST /_query": [NUMBER]})


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with served(script) as address:
        yield address
