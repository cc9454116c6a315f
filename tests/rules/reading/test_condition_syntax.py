"""Conditions: read as pySigma reads them, and what is wrong said in words, at its place."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.conditions import (
    ConditionAND,
    ConditionIdentifier,
    ConditionNOT,
    ConditionOR,
    ConditionSelector,
    SigmaCondition,
)
from sigma.exceptions import SigmaError

from okta_access.rules.reading.condition_syntax import (
    Condition,
    ConditionReader,
    Joined,
    Name,
    Negated,
    Selector,
)

NAMES = frozenset({"a", "b_1", "c-2", "selection", "filter_x"})
WORDS = [*sorted(NAMES), "and", "or", "not", "(", ")", "1 of", "all of", "any of", "them", "b_*"]

Shape = tuple[Any, ...]


def ours(tree: Condition) -> Shape:
    match tree:
        case Name(text):
            return ("name", text)
        case Selector(pattern, all_of):
            return ("selector", pattern, all_of)
        case Negated(operand):
            return ("not", ours(operand))
        case Joined(operands, all_of):
            return ("and" if all_of else "or", *map(ours, operands))


def theirs(tree: Any) -> Shape:
    match tree:
        case ConditionIdentifier():
            return ("name", tree.identifier)
        case ConditionSelector():
            return ("selector", tree.pattern, tree.cond_class is ConditionAND)
        case ConditionNOT(args=args):
            return ("not", theirs(args[0]))
        case ConditionAND(args=args):
            return ("and", *map(theirs, args))
        case ConditionOR(args=args):
            return ("or", *map(theirs, args))
        case _:
            return theirs(tree[0])


def parsed(text: str) -> Any:
    """What pySigma's grammar makes of a condition, without a look at any selection."""
    return SigmaCondition(text, cast(Any, None)).parse(postprocess=False)


conditions = st.recursive(
    st.sampled_from([*sorted(NAMES), "1 of b_*", "all of them", "any of filter_*", "1  of a"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not {one}"),
        inner.map(lambda one: f"( {one})"),
        st.tuples(inner, st.sampled_from([" and ", " or ", "  or\n"]), inner).map("".join),
    ),
    max_leaves=8,
)


@given(conditions)
def test_a_condition_is_read_as_pysigma_reads_it(text: str) -> None:
    reader = ConditionReader(text, NAMES)
    tree = reader.read()
    assert reader.faults == []
    assert tree is not None
    assert ours(tree) == theirs(parsed(text))


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
def test_what_has_no_fault_pysigma_reads_too_and_alike(text: str) -> None:
    reader = ConditionReader(text, NAMES)
    tree = reader.read()
    for fault in reader.faults:
        assert 0 <= fault.start <= fault.end <= len(text)
    if reader.faults:
        return
    assert tree is not None
    try:
        read = parsed(text)
    except SigmaError as error:  # pragma: no cover - the failure says why
        pytest.fail(str(error))
    assert ours(tree) == theirs(read)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", [("", "the condition is empty")]),
        ("a AND b_1", [("AND", "`AND` is no operator: Sigma's words are in lower case")]),
        ("a adn b_1", [("adn", "`adn` is no operator")]),
        ("a b_1", [("b_1", "there is no operator before `b_1`")]),
        ("a and", [("and", "there is no selection after `and`")]),
        ("and a", [("and", "there is no selection before `and`")]),
        ("a and or b_1", [("and", "there is no selection after `and`")]),
        ("a and not", [("not", "there is no selection after `not`")]),
        ("(a or b_1", [("(", "the parenthesis `(` is never closed")]),
        ("a or b_1)", [(")", "the parenthesis `)` closes nothing")]),
        ("a and ()", [("(", "the parentheses are empty")]),
        ("1 of", [("1", "`1 of` names no selections")]),
        ("2 of them", [("2", "`2 of` is no quantifier")]),
        ("all filter_*", [("all", "`all` selects nothing without `of`")]),
        ("them", [("them", "`them` needs `1 of` or `all of` before it")]),
        ("filter_*", [("filter_*", "the pattern `filter_*` stands for several selections")]),
        (
            "a && !b_1",
            [("&&", "`&&` is no operator of Sigma"), ("!", "`!` is no operator of Sigma")],
        ),
        ("a | count() > 5", [("| count() > 5", "a condition takes no aggregation behind `|`")]),
        ("a and 'b_1'", [("'", "the character `'` has no place in a condition")] * 2),
        (
            "a b_1 and (c-2 OR a",
            [
                ("OR", "`OR` is no operator: Sigma's words are in lower case"),
                ("b_1", "there is no operator before `b_1`"),
                ("(", "the parenthesis `(` is never closed"),
            ],
        ),
    ],
)
def test_faults_in_words(text: str, said: list[tuple[str, str]]) -> None:
    reader = ConditionReader(text, NAMES)
    reader.read()
    assert [(text[one.start : one.end], one.message) for one in reader.faults] == said
