"""What the linter says of a project, and of one file of it while it is edited.

An edited file alone is judged, as its buffer has it; the other rules are there for it to collide
with and to refer to. What an edit changes in other files is found when the whole project is judged
again, from its saved files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from okta_access.editor.projects import Kind, Project
from okta_access.errors import InputError
from okta_access.lint.engine import findings_of_problems, run_checks
from okta_access.lint.findings import Finding, without_consequences
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.extending import inherited
from okta_access.rules.fixtures import fixture_path, read_fixture
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.settings.files import read_settings

Buffers = Mapping[str, bytes]
"""The texts of open files by their real paths."""


class Judge:
    """Judges one project; remembers its rules as they were last read."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._rules: RuleSet | None = None
        self._packaged: RuleSet | None = None
        self._edited: dict[str, tuple[RuleDocument, ...]] = {}

    def reload(self) -> None:
        """Read all saved rules; of those that are edited it is forgotten what their buffers say."""
        project, catalog = self.project, self.project.catalog()
        base = project.packaged
        self._packaged = load_rules([base], catalog) if base is not None else None
        self._rules = load_rules(project.paths, catalog, base)
        self._edited.clear()

    def of_file(self, file: Path, buffers: Buffers) -> tuple[Finding, ...]:
        """The findings in one file, with ``buffers`` for what is open.

        Raises :class:`CatalogError` and :class:`InputError` for a catalogue file.
        """
        if self._rules is None:
            self.reload()
        with file_reads.unsaved(buffers):
            match self.project.kind(file):
                case Kind.RULES:
                    found = self._of_rules(file)
                case Kind.FIXTURE:
                    found = self._of_fixture(file)
                case Kind.SETTINGS:
                    found = self._of_settings(file)
                case _:
                    return ()
        real = os.path.realpath(file)
        paths = {path: os.path.realpath(path) for path in {one.span.file for one in found}}
        here = (one for one in found if paths[one.span.file] == real)
        return without_consequences(here)

    def documents(self) -> Iterator[RuleDocument]:
        """The documents of all rules, as they were last read; packaged ones come last."""
        yield from self._own()
        yield from self._packaged.documents if self._packaged is not None else ()

    def forget(self, file: Path) -> None:
        """Take a file's rules from disk again: its buffer was closed."""
        self._edited.pop(str(file), None)

    def _of_rules(self, file: Path) -> tuple[Finding, ...]:
        catalog = self.project.catalog(file)
        rules = load_rules([file], catalog, self.project.packaged)
        self._edited[str(file)] = rules.documents
        base = inherited(rules, self._packaged) if self._packaged is not None else ()
        others = (one for one in self._own() if one.file != str(file))
        return run_checks(replace(rules, inherited=(*base, *others)), catalog).findings

    def _of_fixture(self, file: Path) -> tuple[Finding, ...]:
        real = os.path.realpath(file)
        for rule in file_reads.named(self.project.rules, file.stem):
            if os.path.realpath(fixture_path(rule, file.stem)) == real:
                return self._of_rules(rule)
        try:
            fixture = read_fixture(file, self.project.catalog(file))
        except OSError:
            return ()
        return findings_of_problems(fixture.problems)

    def _of_settings(self, file: Path) -> tuple[Finding, ...]:
        assert self._rules is not None
        try:
            settings = read_settings(file)
        except InputError:  # it was deleted
            return ()
        known = replace(
            self._rules,
            files=self._rules.files[:1],
            documents=(),
            rules=(),
            correlations=(),
            problems=(),
            inherited=tuple(self.documents()),
        )
        return run_checks(known, self.project.catalog(), [settings]).findings

    def _own(self) -> Iterator[RuleDocument]:
        yield from (one for documents in [*self._edited.values()] for one in documents)
        for one in self._rules.documents if self._rules is not None else ():
            if one.file not in self._edited:
                yield one
