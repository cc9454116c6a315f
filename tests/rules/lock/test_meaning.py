"""The digest of a meaning: other words and another order change nothing, anything else does."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.errors import Span
from okta_access.matching.events.evaluate import matches
from okta_access.rules.collection import load_rules
from okta_access.rules.lock.meaning import Meanings, canonical
from okta_access.rules.model import And, Atom, Expr, Not, Or, Pattern
from okta_access.rules.settings.files import shipped_lists
from tests.builders.linting import PLAIN, rule_with

CATALOG = load_catalog()
DETECTION = """
detection:
    selection:
        eventType: access.request.create
        actor.type: [User, System]
    other:
        actor.id|startswith: '00u'
    condition: selection and not other
"""
FILTER = """\
title: Filter
id: 7d0c3f59-95a1-4c4e-b1d6-2f0c8e9a4b17
logsource: {product: okta, service: okta}
filter:
    rules: [rule]
    selection: {actor.id|expand: '%bots%'}
    condition: not selection
"""
CORRELATION = """\
title: Correlation
id: 9a7e5c21-3b8d-4f60-a2c4-6d1f0b3e8c75
name: burst
level: low
correlation:
    type: event_count
    rules: [rule]
    group-by: [actor.id]
    timespan: 1h
    condition: {gte: 3}
"""


def meaning(
    folder: Path, rule: str, *, name: str = "rule", defaults: str = "", **others: str
) -> str:
    """What a rule means beside other files."""
    root = folder / "rules"
    root.mkdir(exist_ok=True)
    for file, text in {"rule": rule, **others}.items():
        (root / f"{file}.yml").write_text(text)
    (root / "defaults.toml").write_text(defaults)
    rules = load_rules([root], CATALOG)
    assert rules.problems == ()
    found = {one.name: one for one in rules.all_rules}
    return Meanings(rules, shipped_lists(rules.files)).of(found[name])


SAME = {
    "words": DETECTION + "title: Another\nlevel: high\nversion: 7\ndescription: Detects more.\n",
    "order": """
detection:
    other: {actor.id|startswith: '00u'}
    selection: {actor.type: [System, User], eventType: access.request.create}
    condition: not other and selection
""",
    "names and negations": """
detection:
    a: {eventType: access.request.create}
    b: {actor.type: System}
    c: {actor.type: User}
    d: {actor.id|startswith: '00u'}
    condition: not (not a or not (b or c) or d)
""",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_other_words_mean_the_same(tmp_path: Path, text: str) -> None:
    assert meaning(tmp_path, rule_with(text)) == meaning(tmp_path, rule_with(DETECTION))


OTHER = {
    "a value": ("System", "Client"),
    "a modifier": ("startswith", "endswith"),
    "a case": ("|startswith", "|startswith|cased"),
    "a wildcard that is text": ("'00u'", r"'00u\*'"),
    "a field": ("actor.id", "target.id"),
    "a negation": ("and not other", "and other"),
    "an operator": ("selection and", "selection or"),
}


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_another_condition_is_another_meaning(tmp_path: Path, old: str, new: str) -> None:
    before = meaning(tmp_path, rule_with(DETECTION))
    assert old in DETECTION
    assert meaning(tmp_path, rule_with(DETECTION.replace(old, new))) != before


def test_a_filter_and_the_lists_that_ship_with_it_count(tmp_path: Path) -> None:
    bare = meaning(tmp_path, PLAIN)
    filtered = meaning(tmp_path, PLAIN, filter=FILTER)
    filled = meaning(tmp_path, PLAIN, defaults='[lists]\nbots = ["a", "b"]\n', filter=FILTER)
    again = meaning(tmp_path, PLAIN, defaults='[lists]\nbots = ["b", "a"]\n', filter=FILTER)
    assert len({bare, filtered, filled}) == 3
    assert again == filled


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("event_count", "value_count"),
        ("[actor.id]", "[target.id]"),
        ("1h", "2h"),
        ("gte: 3", "gte: 4"),
    ],
)
def test_what_a_correlation_counts_is_its_meaning(tmp_path: Path, old: str, new: str) -> None:
    changed = CORRELATION.replace(old, new)
    if new == "value_count":
        changed = changed.replace("{gte: 3}", "{gte: 3, field: target.id}")
    before = meaning(tmp_path, PLAIN, name="burst", burst=CORRELATION)
    assert meaning(tmp_path, PLAIN, name="burst", burst=changed) != before


def test_a_correlation_means_what_its_bases_mean(tmp_path: Path) -> None:
    of_plain = meaning(tmp_path, PLAIN, name="burst", burst=CORRELATION)
    in_other_words = CORRELATION.replace("1h", "60m").replace("gte: 3", "gt: 2")
    assert meaning(tmp_path, PLAIN, name="burst", burst=in_other_words) == of_plain
    assert meaning(tmp_path, rule_with(DETECTION), name="burst", burst=CORRELATION) != of_plain


def test_the_order_of_rules_counts_where_the_correlation_orders_them(tmp_path: Path) -> None:
    def both(kind: str, names: str) -> str:
        text = CORRELATION.replace("event_count", kind).replace("[rule]", names)
        text = text.replace("    condition: {gte: 3}\n", "")
        other = PLAIN.replace("name: rule", "name: other").replace("0c9a", "0c9b")
        other = other.replace("request.create", "request.resolve")
        return meaning(tmp_path, PLAIN, name="burst", other=other, burst=text)

    assert both("temporal", "[rule, other]") == both("temporal", "[other, rule]")
    assert both("temporal_ordered", "[rule, other]") != both("temporal_ordered", "[other, rule]")


SPAN = Span("rule.yml")
ATOMS = st.builds(
    lambda field, text: Atom(field, Pattern((text,)), SPAN, SPAN),
    st.sampled_from(["actor.id", "actor.type", "target.id"]),
    st.sampled_from("abc"),
)


def _joined(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        inner.map(lambda one: Not(one, SPAN)),
        some.map(lambda many: And(many, SPAN)),
        some.map(lambda many: Or(many, SPAN)),
    )


EXPRESSIONS: st.SearchStrategy[Expr] = st.recursive(ATOMS, _joined, max_leaves=8)


def said_otherwise(expr: Expr, random: Random) -> Expr:
    """An expression that means the same: reordered, repeated, negated twice, by De Morgan."""
    found: Expr = expr
    match expr:
        case Not(operand):
            found = Not(said_otherwise(operand, random), SPAN)
        case And(operands) | Or(operands):
            parts = [said_otherwise(one, random) for one in operands]
            parts += random.sample(parts, k=random.randint(0, len(parts)))
            random.shuffle(parts)
            found = type(expr)(tuple(parts), SPAN)
            if random.random() < 0.3:
                other = Or if isinstance(expr, And) else And
                negated = tuple(Not(one, SPAN) for one in parts)
                found = Not(other(negated, SPAN), SPAN)
    return Not(Not(found, SPAN), SPAN) if random.random() < 0.2 else found


@given(EXPRESSIONS, st.randoms(use_true_random=False))
def test_what_is_said_otherwise_has_one_form(expr: Expr, random: Random) -> None:
    assert canonical(said_otherwise(expr, random), {}) == canonical(expr, {})


def _composed(smaller: list[Expr]) -> list[Expr]:
    pairs = [*product(smaller, repeat=2)]
    joined = [kind(pair, SPAN) for kind in (And, Or) for pair in pairs]
    return [*smaller, *(Not(one, SPAN) for one in smaller), *joined]


def test_one_form_is_one_meaning() -> None:
    """Of all small expressions of two atoms, those of one form judge every event alike."""
    atoms: list[Expr] = [
        Atom(field, Pattern(("a",)), SPAN, SPAN) for field in ("actor.id", "actor.type")
    ]
    events = [{"actor": {"id": id_, "type": type_}} for id_, type_ in product("ab", repeat=2)]
    verdicts: dict[str, set[tuple[bool, ...]]] = {}
    expressions = _composed(_composed(atoms))
    for one in expressions:
        judged = tuple(matches(one, event, CATALOG) for event in events)
        verdicts.setdefault(canonical(one, {}), set()).add(judged)
    assert len(verdicts) < len(expressions) / 2
    assert {len(found) for found in verdicts.values()} == {1}
