"""The engines that can be asked, by name. Adding one is adding a module and its line here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from typing import cast

from okta_access.compile.model import Job
from okta_access.errors import InputError
from okta_access.prove.oracles.base import Oracle

_MODULES = {
    "elasticsearch": ("elastic_text", "URL"),
    "splunk": ("splunk_text", "interpreter"),
    "rsigma": ("rsigma", "PATH"),
}
ENGINES = tuple(f"{name}={address}" for name, (_, address) in _MODULES.items())
"""How each engine is asked for; the words in capitals are the user's to fill in."""


def open_engine(spec: str, job: Job) -> AbstractContextManager[Sequence[Oracle]]:
    """The oracles on an engine given as ``NAME=ADDRESS``.

    Raises :class:`InputError` for an unknown name or a missing address; entering the context may
    raise :class:`~okta_access.errors.EngineError`.
    """
    name, equals, address = spec.partition("=")
    if name not in _MODULES or not equals or not address:
        known = ", ".join(ENGINES)
        raise InputError(f"the engine `{spec}` is not NAME=ADDRESS", hint=f"known are: {known}")
    module = import_module(f"okta_access.prove.oracles.{_MODULES[name][0]}")
    return cast(AbstractContextManager[Sequence[Oracle]], module.opened(address, job))


def shown(spec: str) -> str:
    """The engine as it may be shown, to be asked for again: without a password.

    >>> shown("splunk=interpreter"), shown("elasticsearch=http://me:secret@host:9200")
    ('splunk=interpreter', 'elasticsearch=URL')
    """
    name, _, _ = spec.partition("=")
    return f"{name}={_MODULES[name][1]}" if "@" in spec and name in _MODULES else spec
