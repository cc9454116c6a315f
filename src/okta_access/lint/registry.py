"""The checks there are: the modules of :mod:`okta_access.lint.checks`, one a code.

A check module has ``CODE``, ``SEVERITY``, ``TITLE`` and a docstring that documents the code with
a failing and a passing example, the failing one with the place of its finding between « and »
(they are no part of it); and a generator ``check(run)``, but where the loader of rules
finds the problems itself. A new module in that folder is a new check; nothing else lists them.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import cleandoc
from types import MappingProxyType, ModuleType

from okta_access.lint import checks
from okta_access.lint.findings import Issue, Severity
from okta_access.lint.run import Run


@dataclass(frozen=True, slots=True)
class Check:
    """One code: what it means, how bad it is, and what finds it."""

    code: str
    severity: Severity
    title: str
    documentation: str
    find: Callable[[Run], Iterator[Issue]] | None


@cache
def all_checks() -> Mapping[str, Check]:
    """Every check by its code, in the order of codes."""
    modules = pkgutil.walk_packages(checks.__path__, f"{checks.__name__}.")
    found = [_check(import_module(module.name)) for module in modules if not module.ispkg]
    return MappingProxyType({one.code: one for one in sorted(found, key=lambda one: one.code)})


def _check(module: ModuleType) -> Check:
    return Check(
        module.CODE,
        module.SEVERITY,
        module.TITLE,
        cleandoc(module.__doc__ or ""),
        getattr(module, "check", None),
    )
