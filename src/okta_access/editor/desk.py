"""What is open in an editor, and the projects it belongs to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from okta_access.editor.judging import Judge
from okta_access.editor.projects import Kind, project_of
from okta_access.editor.text import Text, Units
from okta_access.errors import Span
from okta_access.lint.findings import Finding


@dataclass(frozen=True, slots=True)
class Sheet:
    """An open file of a project, as the editor has it."""

    uri: str
    path: Path
    real: str
    kind: Kind
    text: Text
    judge: Judge

    @property
    def saved(self) -> bool:
        """Whether the file holds the same."""
        try:
            return self.path.read_bytes() == self.text.data
        except OSError:
            return False


class Desk:
    """The open files, and a judge for each project that they lie in."""

    def __init__(self, catalogs: tuple[Path, ...] = ()) -> None:
        self.units = Units.UTF16
        self._catalogs = catalogs
        self._sheets: dict[str, Sheet] = {}
        self._judges: dict[Path, Judge] = {}

    def put(self, uri: str, path: Path | None, source: str) -> Sheet | None:
        """Note what an open file holds now; None for one that is no rule, fixture or settings."""
        judge = self.judge_of(path) if path is not None else None
        kind = judge.project.kind(path) if judge is not None and path is not None else None
        if judge is None or path is None or kind is None:
            return None
        text = Text(source, self.units)
        sheet = Sheet(uri, path, os.path.realpath(path), kind, text, judge)
        self._sheets[uri] = sheet
        return sheet

    def take(self, uri: str) -> Sheet | None:
        """Forget a file that is open no more; gives what it held."""
        sheet = self._sheets.pop(uri, None)
        if sheet is not None:
            sheet.judge.forget(sheet.path)
        return sheet

    def sheet(self, uri: str) -> Sheet | None:
        """The open file of this name, if it is one of ours."""
        return self._sheets.get(uri)

    def at(self, real: str) -> Sheet | None:
        """The open file at this real path."""
        return next((one for one in self._sheets.values() if one.real == real), None)

    def sheets(self, judge: Judge) -> list[Sheet]:
        """The open files of a project."""
        return [one for one in self._sheets.values() if one.judge is judge]

    def buffers(self) -> dict[str, bytes]:
        """The texts of all open files, by their real paths."""
        return {one.real: one.text.data for one in self._sheets.values()}

    def judge_of(self, path: Path) -> Judge | None:
        """The judge of the project that a file lies in."""
        project = project_of(path, self._catalogs)
        return self._judges.setdefault(project.root, Judge(project)) if project else None

    def known(self, path: Path) -> Judge | None:
        """The judge of a file's project, if any file of it was open before."""
        project = project_of(path, self._catalogs)
        return self._judges.get(project.root) if project else None

    def text_of(self, path: Path) -> Text:
        """What a file holds, as it is open or as it is saved; nothing where it cannot be read."""
        sheet = self.at(os.path.realpath(path))
        if sheet is not None:
            return sheet.text
        try:
            return Text(path.read_bytes().decode("utf-8", "replace"), self.units)
        except OSError:
            return Text("", self.units)

    def span_text(self, span: Span) -> tuple[Path, Text]:
        """The file of a span, and what it holds."""
        path = Path(span.file).absolute()
        return path, self.text_of(path)


def by_file(findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    """Findings by the real paths of their files."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(os.path.realpath(one.span.file), []).append(one)
    return {file: tuple(several) for file, several in found.items()}
