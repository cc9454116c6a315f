"""The targets by name. Adding a target is adding a module and its line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from okta_access.compile.model import Target

_MODULES = {
    "splunk": "splunk.text",
    "splunk-conf": "splunk.conf",
    "splunk-app": "splunk.app",
    "elastic-lucene": "elastic.lucene",
    "elastic-eql": "elastic.eql",
    "elastic-esql": "elastic.esql",
    "kibana": "elastic.kibana",
}
TARGET_NAMES = tuple(_MODULES)


def target(name: str) -> Target:
    """The target of that name; KeyError for an unknown one."""
    return cast(Target, import_module(f"okta_access.compile.{_MODULES[name]}").TARGET)
