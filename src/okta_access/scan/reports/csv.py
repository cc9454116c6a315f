"""Alerts as CSV, safe to be opened in a spreadsheet.

A cell that begins like a formula would be run there. What comes out of a log stands in JSON, so
such a cell begins with a bracket; its semicolons are written as ``\\u003b`` (the same JSON),
because a spreadsheet that separates by semicolons would begin a cell behind each. A title that
begins like a formula gets an apostrophe before it, which spreadsheets read as: this is text.
"""

from __future__ import annotations

import json

from okta_access.reporting.spreadsheets import line
from okta_access.scan.alerts import KEYS, Alert


def header() -> str:
    """The names of the columns: the keys of the JSON form."""
    return line(KEYS)


def row(alert: Alert) -> str:
    """One alert; lists and objects as JSON, a time that cannot be read as an empty cell."""
    return line(map(_cell, alert.as_dict().values()))


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value).replace(";", "\\u003b")
