"""Characters that are not what they seem: which are found, where, and which are left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.lint.facts.characters import look_alikes, unseen
from tests.builders.linting import PLAIN, lint_text, rule_with


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plain text\twith\nbreaks", []),
        ("Übung, naïve, Ærø, 申請, 😀", []),
        ("👩\u200d💻 works", []),
        ("a\u200db", ["U+200D ZERO WIDTH JOINER"]),
        ("a\x07\x1b", ["U+0007 BELL", "U+001B ESCAPE"]),
        ("a\x85", ["U+0085 a control"]),
        ("\ufeffa\u00ad", ["U+FEFF ZERO WIDTH NO-BREAK SPACE", "U+00AD SOFT HYPHEN"]),
        ("a\u00a0b", ["U+00A0 NO-BREAK SPACE"]),
        ("\u2066a\u2069", ["U+2066 LEFT-TO-RIGHT ISOLATE", "U+2069 POP DIRECTIONAL ISOLATE"]),
    ],
)
def test_unseen(text: str, found: list[str]) -> None:
    assert [one.name for one in unseen(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("actor", []),
        ("Доступ, заявка", []),
        ("Ελληνικά και άλλα", []),
        ("10 µs, № 5, ªº, naïve", []),
        ("actоr", ["U+043E CYRILLIC SMALL LETTER O"]),
        ("Οkta", ["U+039F GREEK CAPITAL LETTER OMICRON"]),
        ("а", ["U+0430 CYRILLIC SMALL LETTER A"]),
        ("ｏkta", ["U+FF4F FULLWIDTH LATIN SMALL LETTER O"]),
        ("𝐨kta", ["U+1D428 MATHEMATICAL BOLD SMALL O"]),
        ("Доступ к Оkta", ["U+041E CYRILLIC CAPITAL LETTER O"]),
    ],
)
def test_look_alikes(text: str, found: list[str]) -> None:
    assert [one.name for one in look_alikes(text)] == found


def test_places_are_exact_in_values_keys_and_comments(tmp_path: Path) -> None:
    text = PLAIN.replace("Okta Access Request", "Okta\u200b Access Request")
    text = text.replace("    product: okta", "    product: okta  # \u202eatko")
    text = text.replace("author: okta", "author: оkta")
    result = lint_text(tmp_path, text)
    found = [
        (one.span.line, one.span.column, one.span.end_column, one.code)
        for one in result.findings
        if one.code in ("OA124", "OA123")
    ]
    assert found == [(1, 12, 13, "OA124"), (8, 9, 10, "OA123"), (11, 22, 23, "OA124")]


def test_what_an_escape_hides_is_told_at_its_text(tmp_path: Path) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.request.create\n"
        '        actor.displayName: "a\\u0430\\e b"\n    condition: selection\n'
    )
    result = lint_text(tmp_path, text)
    assert [(str(one.span).rpartition("rule.yml:")[2], one.message) for one in result.findings] == [
        ("16:28", "U+0430 CYRILLIC SMALL LETTER A looks like a Latin letter"),
        ("16:28", "U+001B ESCAPE cannot be seen"),
    ]
