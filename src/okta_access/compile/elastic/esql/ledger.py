"""The ledger of assumptions as ES|QL: queries to paste into Discover, over some weeks."""

from __future__ import annotations

from dataclasses import dataclass

from okta_access.assumptions.esql import Esql
from okta_access.assumptions.registry import questions
from okta_access.catalog.model import Catalog
from okta_access.compile.elastic.esql.grouping import groupable, text
from okta_access.compile.elastic.esql.text import has_type
from okta_access.compile.elastic.fields import Fields
from okta_access.errors import Refused

ASSUMPTION_FILE = "okta_access_assumption_{name}.esql"


@dataclass(frozen=True, slots=True)
class _Installation:
    """What the ledger asks of an installation of Elastic."""

    fields: Fields

    @property
    def catalog(self) -> Catalog:
        return self.fields.catalog

    def column(self, path: str) -> str:
        return groupable(path, self.fields).name

    def has_type(self, types: list[str]) -> str:
        return has_type(types, self.fields)


def ledger_queries(fields: Fields) -> dict[str, str]:
    """The queries by the name of their question; without those on columns that are not there."""
    esql, source = Esql(_Installation(fields)), f"FROM {', '.join(fields.settings.index)}"
    found = {}
    for _, question in questions():
        try:
            commands = question.esql(esql)
        except Refused:
            continue  # flattened targets have no columns
        ordered = [f"SORT {question.by}"] if question.by else []
        kept = f"KEEP {', '.join(question.columns)}"
        found[question.name] = text([source, *commands, *ordered, kept])
    return found
