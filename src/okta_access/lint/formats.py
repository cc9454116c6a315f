"""The report formats there are: the modules of :mod:`okta_access.lint.reports`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module

from okta_access.lint import reports
from okta_access.lint.report import Report

Render = Callable[[Report], str]


def formats() -> tuple[str, ...]:
    """The names of the formats.

    >>> formats()[:2]
    ('concise', 'full')
    """
    return tuple(sorted(module.name for module in pkgutil.iter_modules(reports.__path__)))


def renderer(name: str) -> Render:
    """What writes that format; ``name`` is one of :func:`formats`."""
    render: Render = import_module(f"{reports.__name__}.{name}").render
    return render
