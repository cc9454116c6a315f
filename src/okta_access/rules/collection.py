"""Rule files found, read and put together: the rules of a run, and everything wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from okta_access.catalog.model import Catalog
from okta_access.errors import InputError, Problem, Span
from okta_access.rules.filters import Filter
from okta_access.rules.model import Correlation, EventRule, Reference
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.cache import Reader
from okta_access.rules.reading.document import RuleDocument

_MOST_GUESSES = 50  # of a correlation's unknown rules; nobody misspells more, and each takes time


class RuleSet(msgspec.Struct, frozen=True, dict=True):
    """Everything read from the rule files of one run, in the order of their paths.

    ``rules`` and ``correlations`` are whole and usable; of the latter every reference resolves.
    ``context`` holds rules that were not asked for and only serve correlations that refer to
    them. ``filters`` are those not yet applied to the rules, also such as lie beside the rules
    and were not asked for. ``problems`` holds those of every file; ``missing`` the inputs that
    are not there. ``inherited`` are documents that these extend and that are not judged with them.
    """

    files: tuple[str, ...]
    documents: tuple[RuleDocument, ...]
    rules: tuple[EventRule, ...]
    correlations: tuple[Correlation, ...]
    context: tuple[EventRule, ...]
    problems: tuple[Problem, ...]
    missing: tuple[InputError, ...] = ()
    filters: tuple[Filter, ...] = ()
    inherited: tuple[RuleDocument, ...] = ()

    def referenced(self, correlation: Correlation) -> tuple[EventRule, ...]:
        """The event rules a correlation refers to, in its order."""
        return tuple(self._known[reference.rule] for reference in correlation.references)

    @cached_property
    def _known(self) -> dict[str, EventRule]:
        return _by_key((*self.rules, *self.context))

    @property
    def all_rules(self) -> tuple[EventRule | Correlation, ...]:
        """Event rules and correlations, by name."""
        return tuple(sorted((*self.rules, *self.correlations), key=lambda rule: rule.name))


def find_rule_files(paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[InputError, ...]]:
    """The rule files of these files and folders, sorted within each; and what is not there.

    A file that is named twice is read once, under its first name. Folders named ``fixtures`` and
    hidden ones below a named folder hold no rules; those of packs hold rules that need a catalogue
    file of their own, and are read only where they are named themselves.
    """
    found: dict[str, Path] = {}
    missing: list[InputError] = []
    for path in paths:
        span = Span.whole(str(path))
        if file_reads.is_folder(path):
            inside = file_reads.rule_files(path)
            if not inside:
                missing.append(InputError("no rule files (*.yml) in this folder", span=span))
            root = file_reads.resolved(path) if inside else ""
            for file in inside:
                found.setdefault(file_reads.resolved_below(file, path, root), file)
        elif file_reads.is_file(path):
            found.setdefault(file_reads.resolved(path), path)
        else:
            missing.append(InputError("no such file or folder", span=span))
    return tuple(found.values()), tuple(missing)


def lies_beside(files: Iterable[str], name: str) -> bool:
    """Whether a rule of that name lies in the same ``rules`` folders, read or not."""
    return any(_candidates(root / name, name) for root in _roots(map(Path, files)))


def _roots(files: Iterable[Path]) -> list[Path]:
    """The folders named ``rules`` that these files lie in, each once."""
    folders = dict.fromkeys(file.parent for file in files)
    found = (p for folder in folders for p in (folder, *folder.parents) if p.name == "rules")
    return [*dict.fromkeys(found)]


def load_rules(paths: Sequence[Path], catalog: Catalog, base: Path | None = None) -> RuleSet:
    """Read the rules of these files and folders. Never raises for what a file holds.

    ``base`` is another folder of rules that correlations and filters may refer to.
    """
    files, missing = find_rule_files(paths)
    reader = Reader(paths, catalog)
    documents: list[RuleDocument] = []
    problems: list[Problem] = []
    for path in files:
        read, found = reader.read(path)
        documents.extend(read)
        problems.extend(found)
    rules = tuple(d.rule for d in documents if isinstance(d.rule, EventRule))
    correlations = [d.rule for d in documents if isinstance(d.rule, Correlation)]
    broken = [*_of_broken_correlations(documents)]
    asked = [(c.meta.file, c.references) for c in correlations] + broken
    around = _around(asked, rules, files, reader, base)
    context = tuple(d.rule for d in around if isinstance(d.rule, EventRule))
    known = (*documents, *around)
    whole, unresolved = _resolve(correlations, broken, known, _by_key((*rules, *context)))
    filters = tuple(document.filter for document in documents if document.filter is not None)
    unresolved += _unknown_rules(filters, documents, _by_key((*rules, *context)), base)
    beside = _filters_beside(files, reader)
    reader.keep()
    return RuleSet(
        tuple(str(path) for path in files),
        tuple(documents),
        rules,
        whole,
        context,
        tuple(sorted({*problems, *unresolved})),
        missing,
        (*filters, *beside),
    )


def _by_key(rules: Iterable[EventRule]) -> dict[str, EventRule]:
    """Rules by name and by id; of two with one name the first counts."""
    known: dict[str, EventRule] = {}
    for rule in rules:
        known.setdefault(rule.name, rule)
        known.setdefault(rule.meta.id, rule)
    return known


def _of_broken_correlations(
    documents: Iterable[RuleDocument],
) -> Iterator[tuple[str, tuple[Reference, ...]]]:
    """The file and the references of each correlation that has other faults."""
    for document in documents:
        if document.rule is None and document.filter is None and document.problems:
            from okta_access.rules.reading.correlation import references_of

            yield document.file, references_of(document.tree)


def _around(
    asked: Iterable[tuple[str, tuple[Reference, ...]]],
    rules: Iterable[EventRule],
    files: Iterable[Path],
    reader: Reader,
    base: Path | None,
) -> tuple[RuleDocument, ...]:
    """What correlations refer to and was not asked for, from the folders around.

    Of each usable event rule it is the first document; others say why a reference fails.
    """
    known = {*_by_key(rules)}
    read = {*files}
    found: list[RuleDocument] = []
    for file, references in asked:
        for reference in references:
            if reference.rule in known:
                continue
            for path in _candidates(Path(file), reference.rule, base):
                if path in read:
                    continue
                read.add(path)
                for document in reader.read(path)[0]:
                    if not isinstance(document.rule, EventRule):
                        found.append(document)
                    elif document.rule.name not in known:
                        known.add(document.rule.name)
                        found.append(document)
    return tuple(found)


def _candidates(correlation: Path, name: str, base: Path | None = None) -> list[Path]:
    """Where a referenced rule may lie: below the nearest ``rules`` folder, or the file's own.

    Then below ``base``.
    """
    if not name.replace("_", "").replace("-", "").isalnum():
        return []
    root = next((p for p in correlation.parents if p.name == "rules"), correlation.parent)
    beside = file_reads.named(base, name) if base is not None else ()
    return [*file_reads.named(root, name), *beside]


def _filters_beside(files: Sequence[Path], reader: Reader) -> tuple[Filter, ...]:
    """Filters in ``filter/`` of the rules' folders that were not asked for: they hold all the same.

    What is wrong with them is told to whoever reads them by name.
    """
    paths = [path for root in _roots(files) for path in file_reads.listed(root / "filter")]
    read = {*map(str, files)}
    return tuple(
        document.filter
        for path in paths
        if str(path) not in read
        for document in reader.read(path)[0]
        if document.filter is not None
    )


def _unknown_rules(
    filters: Iterable[Filter],
    documents: Sequence[RuleDocument],
    known: dict[str, EventRule],
    base: Path | None,
) -> list[Problem]:
    """References of filters to what is no event rule, read here or lying in the same folders."""
    correlations = {d.rule.name for d in documents if isinstance(d.rule, Correlation)}
    problems: list[Problem] = []
    for one in filters:
        for reference in one.rules or ():
            name = reference.rule
            if name in known or name in _broken(documents):
                continue
            if name in correlations:
                message = f"`{name}` is a correlation, which a filter does not reach"
                hint: str | None = "name the event rules it refers to"
            elif _candidates(Path(one.file), name, base):
                continue
            else:
                message, hint = f"no rule is named `{name}`", _close_to(name, known)
            problems.append(Problem(reference.span, "OA111", message, hint))
    return problems


def _broken(documents: Iterable[RuleDocument]) -> set[str]:
    return {Path(d.file).stem for d in documents if d.rule is None and d.filter is None}


def _close_to(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    close = get_close_matches(name, known, 1)
    return f"did you mean `{close[0]}`?" if close else None


def _resolve(
    correlations: Iterable[Correlation],
    unusable: Iterable[tuple[str, tuple[Reference, ...]]],
    documents: Sequence[RuleDocument],
    known: dict[str, EventRule],
) -> tuple[tuple[Correlation, ...], list[Problem]]:
    broken = _broken(documents)
    others = {d.rule.name for d in documents if isinstance(d.rule, Correlation)}
    whole: list[Correlation] = []
    problems: list[Problem] = []
    faults = [
        (correlation, [one for one in references if one.rule not in known])
        for correlation, references in (
            *((one, one.references) for one in correlations),
            *((None, references) for _, references in unusable),
        )
    ]
    for correlation, bad in faults:
        for number, reference in enumerate(bad):
            name = reference.rule
            if name in others:
                message, hint = f"`{name}` is a correlation; chains are not supported", None
            elif name in broken:
                message, hint = f"`{name}` cannot be used: its file has problems", None
            else:
                message = f"no rule is named `{name}`"
                hint = _close_to(name, known) if number < _MOST_GUESSES else None
            problems.append(Problem(reference.span, "OA111", message, hint))
        if correlation is not None and not bad:
            whole.append(correlation)
    return tuple(whole), problems
