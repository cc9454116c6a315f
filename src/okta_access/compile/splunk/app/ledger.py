"""The ledger of assumptions as searches: reports of the app, over some weeks, run by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.assumptions.registry import questions
from okta_access.assumptions.spl import Spl
from okta_access.catalog.model import Catalog
from okta_access.compile.splunk.app.preflight import Report
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, type_terms
from okta_access.compile.splunk.query.where import value
from okta_access.errors import Refused

ASSUMPTION_FILE = "okta_access_assumption_{name}.spl"


@dataclass(frozen=True, slots=True)
class _Installation:
    """What the ledger asks of an installation of Splunk."""

    names: Names

    @property
    def catalog(self) -> Catalog:
        return self.names.catalog

    def event(self, path: str) -> str:
        return self.names.event(path)

    def quoted(self, path: str) -> str:
        return self.names.quoted(path)

    def value(self, path: str) -> str:
        return value(path, self.names)

    def terms(self, types: Iterable[str]) -> str:
        return type_terms(frozenset(types), self.names)


def ledger_searches(names: Names) -> dict[str, Search]:
    """The searches by the name of their question; without those on fields that are not there."""
    spl = Spl(_Installation(names))
    found = {}
    for _, question in questions():
        try:
            terms, commands = question.spl(spl)
        except Refused:
            continue  # another catalogue may lack a field
        columns = " ".join(question.columns)
        found[question.name] = Search(terms, (*commands, f"table {columns}"))
    return found


def ledger_reports(names: Names) -> tuple[Report, ...]:
    """The searches as reports of the app."""
    searches = ledger_searches(names)
    return tuple(
        Report(
            question.title,
            assumption.meaning(question),
            searches[question.name].with_macros(),
            "Assumption",
        )
        for assumption, question in questions()
        if question.name in searches
    )
