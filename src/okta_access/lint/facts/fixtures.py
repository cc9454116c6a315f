"""The fixtures that belong to the rules of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import Problem, Span
from okta_access.lint.documents import name_of, place
from okta_access.lint.run import Run
from okta_access.rules.fixtures import Fixture, fixture_path, read_fixture
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.source import Mapping


@dataclass(frozen=True, slots=True)
class RuleFixture:
    """A rule's document, where its fixture should lie, and the fixture if it is there."""

    document: RuleDocument
    path: Path
    fixture: Fixture | None

    @property
    def place(self) -> Span:
        """Where the rule says its name, or else its title."""
        tree = self.document.tree
        named = isinstance(tree, Mapping) and tree.get("name") is not None
        return place(self.document, "name" if named else "title")


def rule_fixtures(run: Run) -> tuple[RuleFixture, ...]:
    """Every rule of the run with its fixture, broken rules too."""
    return tuple(_of(document, run) for document in run.documents if _is_rule(document))


def fixture_problems(run: Run) -> Iterator[Problem]:
    """What is wrong with the fixture files, each file once."""
    seen: set[Path] = set()
    for one in run.once(rule_fixtures):
        if one.fixture is not None and one.path not in seen:
            seen.add(one.path)
            yield from one.fixture.problems


def _is_rule(document: RuleDocument) -> bool:
    tree = document.tree
    return isinstance(tree, Mapping) and bool(tree.get("detection") or tree.get("correlation"))


def _of(document: RuleDocument, run: Run) -> RuleFixture:
    path = fixture_path(Path(document.file), name_of(document).text)
    try:
        return RuleFixture(document, path, read_fixture(path, run.catalog, events=False))
    except (OSError, ValueError):  # ValueError: a name with a NUL is no file's
        return RuleFixture(document, path, None)
