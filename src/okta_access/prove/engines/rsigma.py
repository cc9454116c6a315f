"""rsigma, where it is installed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shutil import which

from okta_access.compile.model import Job
from okta_access.errors import EngineError
from okta_access.prove.oracles.base import Oracle

ADDRESS = "PATH"


@contextmanager
def opened(path: str, job: Job) -> Iterator[Sequence[Oracle]]:
    """The oracle on the program at a path, or of a name on the PATH.

    Raises :class:`EngineError` where there is none, or it is of another version than is known.
    """
    from okta_access.prove.oracles.rsigma import Program, RsigmaOracle

    found = which(path)
    if found is None:
        raise EngineError(f"there is no program `{path}`", hint="cargo install rsigma@0.26.0")
    yield [RsigmaOracle(Program(found), job)]
