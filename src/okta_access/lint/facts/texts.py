"""All texts of rule files, keys and comments included, each character with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import Span
from okta_access.lint.facts.characters import Strange
from okta_access.lint.facts.structure import first_line
from okta_access.lint.lines import lines_of
from okta_access.lint.run import Run
from okta_access.rules.reading import file_reads
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a file."""

    text: str
    span: Span
    is_as_written: bool

    def place(self, at: int) -> Span:
        """Where a character of it stands; where the text begins, if it is written in escapes."""
        if not self.is_as_written:
            return self.span
        column = self.span.column + at
        return Span(self.span.file, self.span.line, column, self.span.line, column + 1)


def first_of_each(
    texts: Iterable[Text], found: Callable[[str], Iterator[Strange]]
) -> Iterator[tuple[Strange, Span, int]]:
    """Of each such character the first place in each file, and how often it stands there."""
    first: dict[tuple[str, str], tuple[Strange, Span]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        for one in found(text.text):
            key = text.span.file, one.character
            counts[key] += 1
            if key not in first:
                first[key] = one, text.place(one.at)
    for key, (one, span) in first.items():
        yield one, span, counts[key]


def written_texts(run: Run) -> tuple[Text, ...]:
    """Every line of the rule files that holds more than ASCII, comments and all."""
    return tuple(
        Text(line, Span(file, number, 1, number, len(line) + 1), is_as_written=True)
        for file in dict.fromkeys(document.file for document in run.documents)
        for number, line in enumerate(_lines(file), start=1)
        if not (line.isascii() and line.replace("\t", "").isprintable())
    )


def escaped_texts(run: Run) -> tuple[Text, ...]:
    """The keys and values whose text is not to be found in the lines where they stand."""
    found: list[Text] = []
    lines: tuple[str, list[str]] = "", []
    for document in run.documents:
        for scalar in _scalars(document.tree):
            if scalar.text.isascii() and scalar.text.replace("\n", "").isprintable():
                continue
            if lines[0] != document.file:
                lines = document.file, _lines(document.file)
            span = scalar.span
            raw = "\n".join(lines[1][span.line - 1 : span.end_line])
            strange = {c for c in scalar.text if not c.isascii() or not c.isprintable()} - {"\n"}
            if any(character not in raw for character in strange):
                found.append(Text(scalar.text, first_line(span), is_as_written=False))
    return tuple(found)


def _lines(file: str) -> list[str]:
    try:
        data = file_reads.content(Path(file))
    except OSError:
        return []
    return lines_of(data.decode("utf-8-sig", "replace"))


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Mapping(entries):
            for entry in entries:
                yield entry.key
                yield from _scalars(entry.value)
        case Sequence(members):
            for member in members:
                yield from _scalars(member)
