"""Pages of scans, and what a browser would make of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, tzinfo
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from okta_access.casefile.case import Limits
from okta_access.casefile.report import Report
from okta_access.logs.reading import AS_FOUND
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import Level
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files
from tests.builders.packaged import CATALOG, RULES

_Element = tuple[str, tuple[tuple[str, str | None], ...]]
NOTHING = Limits("read", (), ())


def write_log(path: Path, events: Sequence[dict[str, Any]]) -> Path:
    """A log of these events."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return path


def report_on(
    log: Path | str,
    page: Path,
    *,
    rules: RuleSet = RULES,
    limits: Limits = NOTHING,
    zone: tzinfo = UTC,
) -> tuple[Path, ...]:
    """Scan a log, write its page; the files that were written."""
    names = (str(log),)
    scan = Scan(rules, CATALOG, Level.LOW)
    with Report(page) as report:
        for alert in scan_files(scan, names, lambda _: None, lambda _: None):
            report.add(alert)
        return report.finish(rules, CATALOG, names, AS_FOUND, limits, zone, "1")


class Parsed(HTMLParser):
    """The elements of a page with their attributes, in order, and all of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[_Element] = []
        self.others: list[str] = []
        self._texts: list[str] = []
        self.feed(page)
        self.close()

    @property
    def text(self) -> str:
        """The text with each run of blanks as one."""
        return " ".join("".join(self._texts).split())

    def parts_at(self, id_: str) -> tuple[list[_Element], list[_Element]]:
        """The elements before that of this id, and the others."""
        at = next(n for n, (_, attrs) in enumerate(self.elements) if ("id", id_) in attrs)
        return self.elements[:at], self.elements[at:]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))
        self._texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.elements or self.elements[-1][0] != "style":
            self._texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)
