"""What reading a rule file gives: its documents, apart from the reading itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from okta_access.errors import Problem
from okta_access.rules.filters import Filter
from okta_access.rules.model import Rule, Selection, Written

if TYPE_CHECKING:
    from okta_access.rules.reading.source import Node


class Tree:
    """A document as a tree; of rules out of the cache it is read when first asked for."""

    __slots__ = ("_node", "_unread")

    def __init__(self, node: Node | None = None, *, unread: tuple[bytes, str, int] | None = None):
        """Either the tree, or the file's bytes, its name and the document's place in it."""
        self._node = node
        self._unread = unread

    @property
    def node(self) -> Node:
        """The tree."""
        if self._node is None:
            assert self._unread is not None
            data, file, place = self._unread
            self._node = _trees(data, file)[place]
            self._unread = None
        return self._node


class RuleDocument(Written, frozen=True):
    """One document of a rule file: the tree, what could be read of it, and what was wrong.

    ``rule`` is None where a problem leaves no whole meaning, and for a filter, which is in
    ``filter``. ``selections`` and ``used`` hold what was read even then; ``used`` names the
    selections that the condition mentions.
    """

    no_meaning = ("source",)

    file: str
    source: Tree
    rule: Rule | None
    selections: tuple[Selection, ...] = ()
    used: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    filter: Filter | None = None

    @property
    def tree(self) -> Node:
        """The document as it stands in the file."""
        return self.source.node


@lru_cache(maxsize=1)  # a file's documents are mostly asked for one after the other
def _trees(data: bytes, file: str) -> tuple[Node, ...]:
    from okta_access.rules.reading.source import parse

    return parse(data, file).documents
