"""The answer to an ES|QL query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Names of columns with their types, rows in their order, and what the server warns of."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    warnings: tuple[str, ...] = ()

    def column(self, name: str) -> list[Any]:
        """The values of a column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]

    def named_rows(self) -> list[dict[str, Any]]:
        """The rows, each by column name; several values are a list."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]
