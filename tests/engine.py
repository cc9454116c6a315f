"""A real Elasticsearch for the tests that ask for one: fixtures, and a line in the summary.

A test that takes ``elasticsearch_url`` (or ``elasticsearch``, an oracle on it) runs on

* the server at ``OKTA_ACCESS_ELASTICSEARCH``, if that is set (``make engines`` does), else
* a server booted for the run (about 13 s; the first time ever it is also fetched). The workers
  of pytest-xdist share it: there is one, however tests are distributed.

Without Java 17, or without Maven when the server was never fetched, these tests are skipped and
say so; ``OKTA_ACCESS_ENGINE=required`` makes that a failure, and ``off`` skips them outright.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from engines import EngineUnavailable
from engines.elasticsearch import Server
from engines.run import URL_VARIABLE
from engines.shared import shared
from okta_access.cluster.access import Access
from okta_access.prove.oracles.elasticsearch import ElasticsearchOracle

WISH_VARIABLE = "OKTA_ACCESS_ENGINE"
WISHES = ("", "off", "required")

_LINES = pytest.StashKey[dict[str, None]]()
_OUTPUT = "okta_access_engine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what asks for a server as ``engine``."""
    for item in items:
        if "elasticsearch_url" in getattr(item, "fixturenames", ()):
            item.add_marker("engine")


@pytest.fixture(scope="session")
def elasticsearch_url(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a running Elasticsearch, the same for the whole run."""
    wish = os.environ.get(WISH_VARIABLE, "")
    if wish not in WISHES:
        pytest.fail(f"{WISH_VARIABLE} is {wish!r}, expected required or off", pytrace=False)
    given = os.environ.get(URL_VARIABLE)
    with ExitStack() as stack:
        if given:
            oracle = stack.enter_context(ElasticsearchOracle(Access(given)))
            _tell(pytestconfig, f"engine: Elasticsearch {oracle.version()}, given by the caller")
            yield given
            return
        found = f"{WISH_VARIABLE}=off" if wish == "off" else _boot(stack, tmp_path_factory)
        if isinstance(found, Server):
            boot = f"booted in {found.boot_seconds:.1f} s"
            _tell(pytestconfig, f"engine: Elasticsearch {found.version}, {boot}")
            yield found.url
            return
    told = f"engine check did not run: {found}"
    _tell(pytestconfig, told)
    if wish == "required":
        pytest.fail(told, pytrace=False)
    pytest.skip(told)


@pytest.fixture
def elasticsearch(elasticsearch_url: str) -> Iterator[ElasticsearchOracle]:
    """An oracle without events; what a test loads is gone after the test."""
    with ElasticsearchOracle(Access(elasticsearch_url)) as oracle:
        yield oracle


def _boot(stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Server | str:
    """The server of this run, or why there can be none."""
    of_process = tmp_path_factory.getbasetemp()
    of_run = of_process.parent if "PYTEST_XDIST_WORKER" in os.environ else of_process
    try:
        return stack.enter_context(shared(of_run))
    except EngineUnavailable as error:
        return str(error)


def _tell(config: pytest.Config, line: str) -> None:
    """Notes a line for the summary; a worker of pytest-xdist sends it to its controller."""
    if hasattr(config, "workeroutput"):
        config.workeroutput[_OUTPUT] = line
    else:
        config.stash.setdefault(_LINES, {})[line] = None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Takes over what a worker had to tell; one that crashed tells nothing."""
    line = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if line:
        _tell(node.config, line)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_LINES, {}):
        terminalreporter.write_line(line)
