"""The targets by name: the modules of :mod:`okta_access.compile.targets`, one a target."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from okta_access.compile import targets
from okta_access.compile.model import Target

TARGET_NAMES = tuple(
    sorted(one.name.replace("_", "-") for one in pkgutil.iter_modules(targets.__path__))
)


def target(name: str) -> Target:
    """The target of that name; KeyError for an unknown one."""
    if name not in TARGET_NAMES:
        raise KeyError(name)
    return cast(Target, import_module(f"{targets.__name__}.{name.replace('-', '_')}").TARGET)
