"""Settings that all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# What a test reads is read anew, and the cache of whoever runs the tests stays as it is.
os.environ["OKTA_ACCESS_CACHE"] = "off"

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
