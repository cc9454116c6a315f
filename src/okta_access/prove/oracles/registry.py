"""The engines that can be asked, by name. Adding one is adding a module and its line here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import cast

from okta_access.compile.model import Job
from okta_access.errors import InputError
from okta_access.prove.oracles.base import Oracle

_MODULES = {"elasticsearch": "elastic_text", "splunk": "splunk_text"}
ENGINES = tuple(_MODULES)


def open_engine(spec: str, job: Job) -> AbstractContextManager[Sequence[Oracle]]:
    """The oracles on an engine given as ``NAME=URL``.

    Raises :class:`InputError` for an unknown name or a missing address; entering the context may
    raise :class:`~okta_access.errors.EngineError`.
    """
    name, equals, url = spec.partition("=")
    if name not in _MODULES or not equals or not url:
        known = ", ".join(ENGINES)
        raise InputError(f"the engine `{spec}` is not NAME=URL", hint=f"the names are: {known}")
    module = import_module(f"okta_access.prove.oracles.{_MODULES[name]}")
    return cast(AbstractContextManager[Sequence[Oracle]], module.opened(url, job))
