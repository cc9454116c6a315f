"""Modifiers: the words for each mistake, at its place in the key."""

from __future__ import annotations

import pytest
from sigma.modifiers import modifier_mapping

from okta_access.catalog.load import load_catalog
from okta_access.rules.reading.items import ItemReader
from okta_access.rules.reading.modifiers import KNOWN
from okta_access.rules.reading.source import Mapping, parse


def said(line: str) -> list[tuple[str, str, str | None]]:
    """What reading one item says: the text that it points at, the message and the hint."""
    (tree,) = parse(line.encode(), "a.yml").documents
    assert isinstance(tree, Mapping)
    reader = ItemReader(load_catalog())
    reader.read(tree.entries[0])
    return [
        (line[p.span.column - 1 : p.span.end_column - 1], p.message, p.hint)
        for p in reader.problems
    ]


def test_the_known_ones_are_those_of_pysigma() -> None:
    assert {*modifier_mapping} == KNOWN


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "actor.id|startwith: a",
            [("startwith", "there is no modifier `startwith`", "did you mean `startswith`?")],
        ),
        (
            "'actor.id|Contains': a",
            [("Contains", "there is no modifier `Contains`", "did you mean `contains`?")],
        ),
        (
            "actor.id|all|all|base46: [a, b]",
            [
                ("all", "the modifier `all` stands twice", None),
                ("base46", "there is no modifier `base46`", "did you mean `base64`?"),
            ],
        ),
        (
            "actor.id|i: a",
            [
                (
                    "i",
                    "`i` is a flag of regular expressions, and belongs behind `re`",
                    "write `actor.id|re|i`",
                )
            ],
        ),
        ("actor.id|re|cased: a", [("cased", "`cased` does not go with `re`", None)]),
        ("actor.id|exists|re: a", [("re", "`re` does not go with `exists`", None)]),
        (
            "actor.id|exists: [1, null]",
            [
                ("1", "`exists` takes true or false, and not `1`", None),
                ("null", "`exists` takes true or false, and not null", None),
            ],
        ),
        (
            "actor.id|contains: 5",
            [("5", "`contains` takes a text, and not `5`", "put it in quotes")],
        ),
        (
            "actor.id|cased: null",
            [("null", "`cased` does not go with null", "give null a line without modifiers")],
        ),
        (
            "actor.id|base64: a*",
            [("a*", "`base64` takes a text without wildcards, and not `a*`", None)],
        ),
        (
            "client.ipAddress|cidr: 10.0.0/8",
            [
                (
                    "10.0.0/8",
                    "`10.0.0/8` is no network",
                    "for example 10.0.0.0/8 or 2001:db8::/32",
                )
            ],
        ),
    ],
)
def test_mistakes_in_words(line: str, found: list[tuple[str, str, str | None]]) -> None:
    assert said(line) == found


@pytest.mark.parametrize(
    "line", [r"actor.id|base64: 'a\*'", "actor.id|neq|exists: true", "actor.id|re|i|s: a"]
)
def test_what_is_right_is_silent(line: str) -> None:
    assert said(line) == []
