"""The report formats there are: the modules of :mod:`okta_access.lint.reports`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from importlib import import_module

from okta_access.lint import reports
from okta_access.lint.findings import Finding, Summary

Render = Callable[[Iterable[Finding], Summary], str]


def formats() -> tuple[str, ...]:
    """The names of the formats, text first.

    >>> formats()[:2]
    ('text', 'github')
    """
    names = sorted(module.name for module in pkgutil.iter_modules(reports.__path__))
    return tuple(sorted(names, key=lambda name: name != "text"))


def renderer(name: str) -> Render:
    """What writes that format; ``name`` is one of :func:`formats`."""
    render: Render = import_module(f"{reports.__name__}.{name}").render
    return render
