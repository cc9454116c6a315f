"""The cache of rule files: what they say is kept between runs, so that pySigma is not needed.

The text of each file is read in every run, and looked up by its digest together with its path. What
is kept also depends on the catalogue, on the code that reads rules and on what is installed. One
folder of rules is one file of the cache; after an edit only the edited file is read anew. The tree
of a document, which only the linter needs, is not kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.errors import Problem, Span
from okta_access.rules import filters, model, pivots
from okta_access.rules.filters import Filter
from okta_access.rules.model import Rule, Selection
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.document import RuleDocument, Tree
from okta_access.store import folder
from okta_access.store.fingerprints import code, digest, is_settled, libraries
from okta_access.store.packing import Packing, Unpackable

_KIND = "rules"
_CODE = ("errors.py", "content.py", "store", "catalog", "rules")

Found = tuple[tuple[RuleDocument, ...], tuple[Problem, ...]]


class CachedDocument(msgspec.Struct, frozen=True):
    """A document less its tree."""

    rule: Rule | None
    selections: tuple[Selection, ...]
    used: tuple[str, ...]
    problems: tuple[Problem, ...]
    filter: Filter | None


class CachedFile(msgspec.Struct, frozen=True):
    """What a file says, and everything wrong with it."""

    documents: tuple[CachedDocument, ...]
    problems: tuple[Problem, ...]


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """A file: its path as it was named, the its text's digest, and a packed :class:`CachedFile`."""

    path: str
    text: bytes
    whole: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[_Entry])


class Reader:
    """Reads the rule files of one run; what was read before is taken from the cache.

    ``paths`` are those of the run: runs over the same paths share what they keep.
    """

    def __init__(self, paths: Iterable[Path], catalog: Catalog) -> None:
        self._catalog = catalog
        self._key = _key(paths, catalog) if file_reads.all_saved() else None
        self._cached = self._read_cached()
        self._used: dict[tuple[str, bytes], _Entry] = {}
        self._news = False

    def read(self, path: Path) -> Found:
        """The documents of a file and its problems. Never raises for what a file holds."""
        try:
            data = file_reads.content(path)
        except OSError as error:
            problem = Problem(Span(str(path)), "OA001", f"cannot be read: {error.strerror}")
            return (), (problem,)
        key = (str(path), sha256(data).digest())
        entry = self._cached.get(key)
        if entry is not None:
            try:
                found = _documents(_packing().unpack(entry.whole, CachedFile), data, str(path))
            except Unpackable:
                pass
            else:
                self._used[key] = entry
                return found
        return self._read_anew(data, key)

    def keep(self) -> None:
        """Keep what was read in this run, where it is not what was kept before."""
        if self._news and self._key is not None and is_settled(*_CODE):
            folder.write(_KIND, self._key, _encoder.encode([*self._used.values()]))

    def _read_anew(self, data: bytes, key: tuple[str, bytes]) -> Found:
        from okta_access.rules.reading.rule_file import read_text

        documents, problems = read_text(data, key[0], self._catalog)
        if self._key is None:
            return documents, problems
        said = tuple(
            CachedDocument(d.rule, d.selections, d.used, d.problems, d.filter) for d in documents
        )
        try:
            packed = _packing().pack(CachedFile(said, problems))
        except Unpackable:  # what no table holds, a number without end say, is read every time
            pass
        else:
            self._used[key] = _Entry(*key, packed)
            self._news = True
        return documents, problems

    def _read_cached(self) -> dict[tuple[str, bytes], _Entry]:
        data = folder.read(_KIND, self._key) if self._key is not None else None
        try:
            entries = _decoder.decode(data) if data is not None else []
        except msgspec.MsgspecError:
            return {}
        return {(entry.path, entry.text): entry for entry in entries}


def _documents(whole: CachedFile, data: bytes, file: str) -> Found:
    documents = tuple(
        RuleDocument(
            file,
            Tree(unread=(data, file, place)),
            said.rule,
            said.selections,
            said.used,
            said.problems,
            said.filter,
        )
        for place, said in enumerate(whole.documents)
    )
    return documents, whole.problems


def _key(paths: Iterable[Path], catalog: Catalog) -> bytes | None:
    """Under what the rules of these paths are kept; None where nothing can be kept."""
    if folder.folder() is None:
        return None
    try:
        where = [os.getcwd(), *map(str, paths)]  # noqa: PTH109 - as a text
        said = [repr(part) for part in (catalog.events, catalog.fields, catalog.envelope)]
        return digest(code(*_CODE), libraries("sigma", "yaml", "pyparsing"), *said, *where)
    except OSError:  # the package is no folder, or the current one is gone
        return None


@cache
def _packing() -> Packing:
    own = (
        one
        for module in (model, filters, pivots)
        for one in vars(module).values()
        if isinstance(one, type) and one.__module__ == module.__name__
    )
    return Packing([*own, Span, Problem, CachedDocument, CachedFile])
