"""The interpreter of SPL, in place of a Splunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from okta_access.compile.model import Job
from okta_access.errors import InputError
from okta_access.prove.oracles.base import Oracle

ADDRESS = "interpreter"


@contextmanager
def opened(address: str, job: Job) -> Iterator[Sequence[Oracle]]:
    """The oracle on the one "engine" there is: ``splunk=interpreter``."""
    from okta_access.prove.oracles.splunk_text import SplunkOracle

    if address != ADDRESS:
        raise InputError(
            f"no Splunk can be asked at `{address}`", hint=f"the only address is `{ADDRESS}`"
        )
    yield [SplunkOracle(job)]
