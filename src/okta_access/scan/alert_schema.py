"""The JSON Schema of an alert, a file beside this module."""

from __future__ import annotations

from pathlib import Path


def schema_text() -> str:
    """The schema (draft 2020-12) as JSON text."""
    return Path(__file__).with_name("alert.schema.json").read_text(encoding="utf-8")
