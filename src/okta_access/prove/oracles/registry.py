"""The engines by name: the modules of :mod:`okta_access.prove.engines`, one an engine."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from types import ModuleType
from typing import cast

from okta_access.compile.model import Job
from okta_access.errors import InputError
from okta_access.prove import engines
from okta_access.prove.oracles.base import Oracle

_MODULES: dict[str, ModuleType] = {
    one.name: import_module(f"{engines.__name__}.{one.name}")
    for one in pkgutil.iter_modules(engines.__path__)
}
ENGINES = tuple(f"{name}={module.ADDRESS}" for name, module in sorted(_MODULES.items()))
"""How each engine is asked for; the words in capitals are the user's to fill in."""


def open_engine(spec: str, job: Job) -> AbstractContextManager[Sequence[Oracle]]:
    """The oracles on an engine given as ``NAME=ADDRESS``.

    Raises :class:`InputError` for an unknown name or a missing address; entering the context may
    raise it too, and :class:`~okta_access.errors.EngineError`.
    """
    name, equals, address = spec.partition("=")
    if name not in _MODULES or not equals or not address:
        known = ", ".join(ENGINES)
        raise InputError(f"the engine `{spec}` is not NAME=ADDRESS", hint=f"known are: {known}")
    return cast(AbstractContextManager[Sequence[Oracle]], _MODULES[name].opened(address, job))


def shown(spec: str) -> str:
    """The engine as it may be shown, to be asked for again: without a password.

    >>> shown("splunk=interpreter"), shown("elasticsearch=http://me:secret@host:9200")
    ('splunk=interpreter', 'elasticsearch=URL')
    """
    name, _, _ = spec.partition("=")
    return f"{name}={_MODULES[name].ADDRESS}" if "@" in spec and name in _MODULES else spec
