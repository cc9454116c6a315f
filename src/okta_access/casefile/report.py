"""A report on its way: alerts are taken as they are found, and the page is written at the end."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from types import TracebackType

from okta_access.casefile.case import Limits, case_of
from okta_access.casefile.files import Unfinished
from okta_access.casefile.kept import KeptAlerts
from okta_access.catalog.model import Catalog
from okta_access.logs.reading import Reading
from okta_access.rules.collection import RuleSet
from okta_access.scan.alerts import Alert
from okta_access.scan.reports import csv


class Report:
    """The page of a scan, and beside it, where the page cannot hold all alerts, a table of them.

    Neither has its name before it is whole. Raises :class:`OSError` where one cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(f"{path.stem}.alerts.csv")
        self._kept = KeptAlerts()
        self._all = Unfinished(self.beside)
        self._page = Unfinished(path)

    def __enter__(self) -> Report:
        """Open both, so that a place where nothing can be written is told at once."""
        self._page.__enter__()
        try:
            self._all.__enter__()
            self._all.write(f"{csv.header()}\n")
        except OSError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take away what was not finished."""
        self._all.__exit__(kind, error, trace)
        self._page.__exit__(kind, error, trace)

    def add(self, alert: Alert) -> None:
        """Take an alert."""
        self._kept.add(alert)
        self._all.write(f"{csv.row(alert)}\n")

    def finish(
        self,
        rules: RuleSet,
        catalog: Catalog,
        files: tuple[str, ...],
        reading: Reading,
        limits: Limits,
        zone: tzinfo,
        version: str,
    ) -> tuple[Path, ...]:
        """Read the logs once more and write the page; the files that were written."""
        from okta_access.casefile.page import Page  # its library takes a third of a start

        case = case_of(self._kept, rules, catalog, files, reading, limits)
        beside = None if case.is_whole else self.beside.name
        self._page.write(Page(case, rules, zone, beside, version).html())
        if beside is None:
            self._page.finish()
            return (self.path,)
        self._all.finish()
        self._page.finish()
        return self.path, self.beside
