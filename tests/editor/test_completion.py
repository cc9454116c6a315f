"""What is offered at the cursor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.assumptions.registry import assumptions
from okta_access.catalog.attack import load_attack
from okta_access.catalog.load import load_catalog
from okta_access.editor.completion import complete
from okta_access.editor.projects import Kind
from okta_access.editor.text import Text
from okta_access.rules.collection import load_rules
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.rule_file import read_text
from tests.builders.editing import CORRELATION, at_mark
from tests.builders.linting import PLAIN

CATALOG = load_catalog()
SELECTION = "detection:\n    selection:\n        "
RULES = tuple(
    document
    for name, text in (("rule", PLAIN), ("burst", CORRELATION))
    for document in read_text(text.encode(), f"rules/{name}.yml", CATALOG)[0]
)
FIELDS = [*CATALOG.fields]
ANY_FIELD = [*FIELDS, *CATALOG.envelope]
TYPES = [*CATALOG.events]
LEVELS = ["informational", "low", "medium", "high", "critical"]
OPERATORS = ["and", "or", "not", "1 of", "all of", "them"]


def words(marked: str, kind: Kind = Kind.RULES) -> list[str]:
    """The words offered at ``^``."""
    return [one.word for one in complete(*at_mark(marked), kind, CATALOG, RULES).words]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("level: ^", LEVELS),
        ("level: me^", LEVELS),
        (SELECTION + "^", FIELDS),
        (SELECTION + "act^", FIELDS),
        (SELECTION + "- act^", FIELDS),
        (SELECTION + "eventType: ^", TYPES),
        (SELECTION + "eventType:\n            - access.^", TYPES),
        (SELECTION + "eventType: [access.request.create, ^", TYPES),
        (SELECTION + "outcome.result: ^", [*CATALOG.fields["outcome.result"].values]),
        (SELECTION + "securityContext.isProxy: ^", ["true", "false"]),
        (SELECTION + "actor.id|exists: ^", ["true", "false"]),
        (SELECTION + "actor.id|fieldref: ^", FIELDS),
        (SELECTION + "actor.id|re: ^", []),
        (SELECTION + "securityContext.isProxy|^", ["all", "exists", "expand", "fieldref", "neq"]),
        (SELECTION + "actor.id|re|^: a", ["i", "m", "s", "all", "neq"]),
        (SELECTION + "a: b\n    other:\n        c: d\n    condition: ^",
         ["selection", "other", *OPERATORS]),
        ("assumptions: [^", [*assumptions()]),
        ("logsource:\n    ^", ["product", "service"]),
        ("logsource:\n    product: ^", ["okta"]),
        ("correlation:\n    type: ^",
         ["event_count", "value_count", "temporal", "temporal_ordered"]),
        ("correlation:\n    rules:\n        - ^", ["rule"]),
        ("correlation:\n    aliases:\n        who:\n            a: b\n    group-by: [^",
         [*FIELDS, "who"]),
        ("correlation:\n    aliases:\n        who:\n            ^", ["rule"]),
        ("correlation:\n    aliases:\n        who:\n            rule: ^", FIELDS),
        ("correlation:\n    condition:\n        field: ^", FIELDS),
        ("filter:\n    rules:\n        - ^", ["any", "rule"]),
        ("filter:\n    selection:\n        ^", FIELDS),
        ("description: ^", []),
        ("# level: ^", []),
        ("title: a\n# ^", []),
    ],
)  # fmt: skip
def test_what_a_rule_can_hold(marked: str, expected: list[str]) -> None:
    assert words(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("^", ["match", "miss", "lists"]),
        ("match:\n  - event: {^", ANY_FIELD),
        ("match:\n  - event: {eventType: ^", TYPES),
        ("match:\n  - why: a\n    event:\n        actor.type: ^",
         [*CATALOG.fields["actor.type"].values]),
        ("match:\n  - why: a\n    without: [^", ANY_FIELD),
        ("miss:\n  - why: a\n    history:\n      - ^",
         ["at", "event", "without", "repeat", "every"]),
        ("miss:\n  - ^", ["why", "event", "without", "history", "alerts", "start"]),
    ],
)  # fmt: skip
def test_what_a_fixture_can_hold(marked: str, expected: list[str]) -> None:
    assert words(marked, Kind.FIXTURE) == expected


def test_tags_have_names() -> None:
    offers = complete(*at_mark("tags:\n    - attack.^"), Kind.RULES, CATALOG, RULES).words
    attack = load_attack()
    assert len(offers) == len(attack.tactics) + len(attack.techniques)
    (spoken,) = [one.detail for one in offers if one.word == "attack.stealth"]
    assert spoken == "TA0005 Stealth"


def test_keys_of_the_kind_that_the_document_is_of() -> None:
    assert {"detection", "correlation", "filter", "title"} <= {*words("title: a\n^")}
    assert "logsource" not in words("correlation:\n    rules: [a]\n^")
    assert "logsource" in words("correlation:\n    rules: [a]\n---\n^")


def test_the_word_at_the_cursor_gives_way() -> None:
    text, offset = at_mark("# 💥\nlevel: me^dium # c")
    found = complete(text, offset, Kind.RULES, CATALOG, RULES)
    assert text.source[found.start : found.end] == "medium"


@given(st.text(st.sampled_from("ab:-|{}[],'\"# \n💥")), st.sampled_from(Kind), st.data())
def test_any_text_is_answered(source: str, kind: Kind, data: st.DataObject) -> None:
    text = Text(SELECTION + source)
    offset = data.draw(st.integers(0, len(text.source)))
    found = complete(text, offset, kind, CATALOG, RULES)
    assert found.start <= offset <= found.end


def test_packaged_rules_are_offered_by_title() -> None:
    from okta_access.content import rules_dir

    documents: tuple[RuleDocument, ...] = load_rules([rules_dir()], CATALOG).documents
    offers = complete(*at_mark("correlation:\n    rules: [^"), Kind.RULES, CATALOG, documents).words
    assert all(one.detail and one.markdown for one in offers)
    assert len(offers) > 1
