"""Settings that all tests share."""

from __future__ import annotations

import os
import signal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

# What a test reads is read anew, and the cache of whoever runs the tests stays as it is.
os.environ["OKTA_ACCESS_CACHE"] = "off"

# Started in the background of a shell, all would ignore an interrupt, and a test that sends one to
# a program of ours would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A real Elasticsearch for the tests that take `elasticsearch_url`.
pytest_plugins = ("tests.engine",)

# Deadlines are timings of this machine, and those are never asserted.
settings.register_profile("dev", deadline=None, print_blob=True)
# `make test` and CI: the same examples in every run, so that a failure belongs to the change.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
# `make quick`: a look while one works.
settings.register_profile(
    "quick", deadline=None, print_blob=True, derandomize=True, max_examples=10, database=None
)
# For a long look: pytest --hypothesis-profile=thorough
settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=2_000)
settings.load_profile("dev")

# What starts processes, builds wheels, proves rules, or lives through months.
_SLOW = (
    "api",
    "bundle",
    "cli",
    "company",
    "editor/test_judging.py",
    "editor/test_server.py",
    "deploy",
    "editor/test_whole.py",
    "engines",
    "generate",
    "pipelines",
    "prove",
    "catalog/test_paths.py",
    "logs/test_records.py",
    "rules/reading/test_cache.py",
    "rules/test_case.py",
    "rules/test_debugdata.py",
    "matching/correlations",
    "lint/test_engine.py",
    "lint/test_outcome.py",
    "lint/test_robustness.py",
    "scan/test_follow.py",
    "scan/test_jobs.py",
    "test_architecture.py",
    "test_content.py",
    "test_contributing.py",
    "test_workflows.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks these rooms and modules as ``slow``, so that ``make quick`` leaves them out."""
    here = Path(__file__).parent
    slow = tuple(here / part for part in _SLOW)

    @cache
    def takes_long(path: Path) -> bool:
        return any(path == part or part in path.parents for part in slow)

    for item in items:
        if takes_long(item.path):
            item.add_marker("slow")
