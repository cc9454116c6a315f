"""What a word means when one points at it."""

from __future__ import annotations

import pytest

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.load import load_catalog
from okta_access.editor.hover import hover
from okta_access.editor.modifiers import MEANINGS
from okta_access.rules.reading.modifiers import KNOWN
from tests.builders.editing import at_mark

SELECTION = "detection:\n    selection:\n        "


@pytest.mark.parametrize(
    ("marked", "begins"),
    [
        (SELECTION + "actor.al^ternateId: a", "**actor.alternateId** · string · may be null"),
        (SELECTION + "target.i^d|contains: a", "**target.id** · string"),
        (SELECTION + "actor.id|fieldref: targ^et.id", "**target.id** · string"),
        (SELECTION + "actor.type|contain^s: a", "**contains**\n\nThe value stands anywhere"),
        (SELECTION + "actor.id|re|i^: a", "**i**\n\nFlag of `re`"),
        (
            SELECTION + "eventType: access.request.cr^eate",
            "**access.request.create** · request · since Okta 20",
        ),
        ("match:\n  - event: {eventType: access.request.cr^eate}", "**access.request.create**"),
        ("correlation:\n    group-by:\n        - act^or.id", "**actor.id** · string"),
        ("assumptions: [A9, A^10]", "**A10** · seen on no real tenant yet\n\none person"),
        ("tags:\n    - attack.t15^48.005", "**T1548.005** "),
        ("tags:\n    - attack.st^ealth", "**TA0005** Stealth"),
        ("tags:\n    - attack.t15^62", "**T1562** was revoked in version 19"),
        ("level: low # okta-access: ignore OA5^01 -- x", "**OA501** ("),
    ],
)
def test_words_that_mean_something(marked: str, begins: str) -> None:
    found = hover(*at_mark(marked), load_catalog())
    assert found is not None
    assert found.markdown.startswith(begins)


@pytest.mark.parametrize(
    "marked",
    ["ti^tle: a", "# actor.i^d", "tags: [attack.nothi^ng]", "assumptions: [A9^9]", "^",
     SELECTION + "actor.id|nothin^g: a", "level: low # OA0^99"],
)  # fmt: skip
def test_words_that_mean_nothing(marked: str) -> None:
    assert hover(*at_mark(marked), load_catalog()) is None


def test_the_word_is_marked() -> None:
    text, offset = at_mark(SELECTION + "# 💥\n        actor.t^ype: a")
    found = hover(text, offset, load_catalog())
    assert found is not None
    assert text.source[found.start : found.end] == "actor.type"


def test_every_modifier_has_a_meaning() -> None:
    assert {*MEANINGS} == KNOWN


def test_every_assumption_and_field_has_words() -> None:
    catalog = load_catalog()
    marked = [f"assumptions: [{name}^]" for name in assumptions()]
    marked += [f"{SELECTION}{path}^: a" for path in (*catalog.fields, *catalog.envelope)]
    assert all(hover(*at_mark(one), catalog) for one in marked)
