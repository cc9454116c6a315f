"""The YAML reader: marks, refusals, and no exception whatever it is fed."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from okta_access.rules.reading.source import (
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    parse,
    plain,
)

# Line separators beyond \n are left to the tests on bytes: PyYAML's writer loses them.
TEXT = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff"), max_size=6
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in parse(data, "f.yml").problems]


@given(st.dictionaries(TEXT, PLAIN, max_size=4))
def test_reads_what_yaml_reads(value: dict[str, object]) -> None:
    data = yaml.safe_dump(value, allow_unicode=True).encode()
    source = parse(data, "f.yml")
    assert source.problems == ()
    assert [plain(document) for document in source.documents] == [value]


@given(st.dictionaries(TEXT, PLAIN, min_size=1, max_size=4))
def test_marks_point_at_the_text(value: dict[str, object]) -> None:
    text = yaml.safe_dump(value, allow_unicode=True)
    source = parse(text.encode(), "f.yml")
    for scalar in scalars(source.documents[0]):
        if scalar.quoted or not scalar.text or scalar.span.line != scalar.span.end_line:
            continue
        line = text.split("\n")[scalar.span.line - 1]
        assert line[scalar.span.column - 1 : scalar.span.end_column - 1] == scalar.text


def scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Mapping(entries=entries):
            return [s for entry in entries for s in (entry.key, *scalars(entry.value))]
        case Sequence(items=items):
            return [s for item in items for s in scalars(item)]


@given(st.binary(max_size=200))
def test_never_raises_on_bytes(data: bytes) -> None:
    parse(data, "f.yml")


@given(st.text(alphabet="ab:-[]{}&*!|>#'\"\n \t,?%@`", max_size=60))
def test_never_raises_on_yaml_like_text(text: str) -> None:
    parse(text.encode(), "f.yml")


def test_columns_count_code_points() -> None:
    source = parse("{é\U0001f600: 1, b: x}".encode(), "f.yml")
    document = source.documents[0]
    assert isinstance(document, Mapping)
    assert document.key_span("b").column == 9


def test_duplicate_keys_are_all_named() -> None:
    source = parse(b"a: 1\nb:\n  c: 1\n  c: 2\na: 2\n", "f.yml")
    assert [(p.code, p.span.line, p.span.column) for p in source.problems] == [
        ("OA003", 4, 3),
        ("OA003", 5, 1),
    ]
    assert [plain(d) for d in source.documents] == [{"a": 1, "b": {"c": 1}}]


def test_refusals() -> None:
    assert codes(b"\xff\xfe") == ["OA001"]
    assert codes(b"a: \x00") == ["OA001"]
    assert codes(b"a: [1") == ["OA002"]
    assert codes(b"a: !!python/object/apply:os.system [id]") == ["OA005"]
    assert codes(b"a: &x {b: 1}\nc:\n  <<: *x") == ["OA005"]
    assert codes(b"[" * 10_000) == ["OA004"]
    assert codes(b"") == ["OA007"]
    assert codes(b"a" * (2 << 20)) == ["OA006"]


def test_an_alias_bomb_ends() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    assert codes("\n".join(lines).encode()) == ["OA004"]


def test_depth_up_to_the_limit() -> None:
    assert codes(b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1)) == []


def test_byte_order_mark_and_crlf() -> None:
    source = parse(b"\xef\xbb\xbftitle: A\r\nlevel: low\r\n", "f.yml")
    assert [plain(d) for d in source.documents] == [{"title": "A", "level": "low"}]
    document = source.documents[0]
    assert isinstance(document, Mapping)
    assert document.key_span("title").column == 1
    assert document.key_span("level").line == 2
