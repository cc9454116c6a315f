"""The interpreter of Splunk's searches, on examples worked by hand from the Search Reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.spl.beliefs import (
    EVERY,
    PAIRWISE,
    Beliefs,
    NotDocumentedError,
)
from okta_access.spl.commands import Session, step
from okta_access.spl.engine import Indexed, Splunk
from okta_access.spl.evaluate import Evaluator
from okta_access.spl.expressions import expression
from okta_access.spl.fields import extracted, leaves, ways_to
from okta_access.spl.syntax import Reader, commands, tokens
from okta_access.spl.terms import asked_of, holds
from okta_access.spl.values import Row, Value

# Search Reference, streamstats, "Compute a moving average over a series of events".
HOSTS: list[Row] = [
    {"host": "x", "bytes": 100},
    {"host": "y", "bytes": 200},
    {"host": "x", "bytes": 400},
    {"host": "y", "bytes": 50},
    {"host": "y", "bytes": 150},
    {"host": "x", "bytes": 100},
]


class InOrder:
    """Chance that leaves everything as it is."""

    def shuffle(self, rows: list[Row]) -> None:
        """Does nothing."""


def piped(rows: list[Row], search: str, now: int = 0) -> list[Row]:
    """The rows after these commands."""
    session = Session(Evaluator(Beliefs(), now), InOrder())  # type: ignore[arg-type]
    for command in commands(f"x=* | {search}")[1:]:
        rows = step(command, Beliefs())(rows, session)
    return rows


def column(rows: list[Row], name: str) -> list[Value]:
    return [row.get(name) for row in rows]


def value(text: str, row: Row | None = None, beliefs: Beliefs | None = None) -> Value:
    """The value of an expression."""
    known = beliefs or Beliefs()
    reader = Reader(tokens(text))
    parsed = expression(reader, known)
    reader.end()
    return Evaluator(known, 1_000_000).value(parsed, row or {})


@pytest.mark.parametrize(
    ("search", "name", "expected"),
    [
        ("streamstats sum(bytes) AS s", "s", [100, 300, 700, 750, 900, 1000]),
        ("streamstats sum(bytes) AS s BY host", "s", [100, 200, 500, 250, 400, 600]),
        ("streamstats window=2 sum(bytes) AS s", "s", [100, 300, 600, 450, 200, 250]),
        ("streamstats window=2 global=f count AS n BY host", "n", [1, 1, 2, 2, 2, 2]),
        ("streamstats current=f max(bytes) AS m", "m", [None, 100, 200, 400, 400, 400]),
        (
            "streamstats current=f window=1 global=f last(bytes) AS p BY host",
            "p",
            [None, None, 100, 200, 50, 400],
        ),
        ("eventstats min(bytes) AS m BY host", "m", [100, 50, 100, 50, 50, 100]),
        ("sort 0 -bytes", "bytes", [400, 200, 150, 100, 100, 50]),
        ("where bytes>=150", "bytes", [200, 400, 150]),
        ('where missing="x"', "bytes", []),
        ("eval d=bytes*2, e=d + 1", "e", [201, 401, 801, 101, 301, 201]),
        ("eval bytes=null()", "bytes", [None] * 6),
        ("dedup host keepempty=true", "bytes", [100, 200]),
        ("rename bytes AS size", "size", [100, 200, 400, 50, 150, 100]),
        ("rename missing AS bytes", "bytes", [None] * 6),
        ("table host", "bytes", [None] * 6),
        ("table by*", "bytes", [100, 200, 400, 50, 150, 100]),
        ("search host=X", "bytes", [100, 400, 100]),
        ("where bytes>=150 AND missing=1", "bytes", []),
    ],
)
def test_commands(search: str, name: str, expected: list[Value]) -> None:
    assert column(piped(HOSTS, search), name) == expected


def test_stats_is_a_row_a_group() -> None:
    rows = piped(
        [*HOSTS, {"bytes": 7}], "stats count AS n max(bytes) AS most values(host) AS h BY host"
    )
    assert rows == [
        {"host": "x", "n": 3, "most": 400, "h": "x"},
        {"host": "y", "n": 3, "most": 200, "h": "y"},
    ]
    assert piped([], "stats count AS n") == []


def test_mvexpand_gives_each_value_a_row() -> None:
    rows: list[Row] = [{"a": ("1", "2"), "b": "x"}, {"b": "y"}]
    assert piped(rows, "mvexpand a") == [
        {"a": "1", "b": "x"},
        {"a": "2", "b": "x"},
        {"b": "y"},
    ]


def test_dedup_keeps_what_lacks_a_field() -> None:
    rows: list[Row] = [{"a": "1"}, {}, {"a": "1"}, {}]
    assert piped(rows, "dedup a keepempty=true") == [{"a": "1"}, {}, {}]


MANY: Row = {"mv": ("a", "b", "a"), "one": "a", "number": "7"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mvfind(mv, "^b")', 1),
        ('mvfind(mv, "^c")', None),
        ('mvfind(missing, "x")', None),
        ('isnull(mvfind(missing, "x"))', True),
        ("mvcount(mv)", 3),
        ("mvcount(missing)", None),
        ("mvdedup(mv)", ("a", "b")),
        ("mvappend(mv, one, missing)", ("a", "b", "a", "a")),
        ('mvfilter(match(mv, "^a"))', ("a", "a")),
        ('mvfilter(match(missing, "^a"))', None),
        ('split("-1,1", ",")', ("-1", "1")),
        ('match(one, "(?i)^A\\z")', True),
        ('in(one, "b", "a")', True),
        ("coalesce(missing, one)", "a"),
        ('if(missing="a", 1, 2)', 2),
        ('if(one="a", 1, 2)', 1),
        ('one="A"', False),
        ('one!="A"', True),
        ("missing + 1", None),
        ("min(3, 2 + 7)", 3),
        ('substr("abcdef", 2, 3)', "bcd"),
        ('substr("ab", 1, 19)', "ab"),
        ('"a".one', "aa"),
        ('tonumber("070")', 70),
        ('tonumber("7-0")', None),
        ('replace("2026.25Z", "^.{4}[.]?([0-9]*)Z\\z", "\\1")', "25"),
        ('replace("other", "^.{4}[.]?([0-9]*)Z\\z", "\\1")', "other"),
        ('strptime("1970-01-02T00:00:01 +0000", "%Y-%m-%dT%H:%M:%S %z")', 86_401),
        ('strptime("1970-01-01T00:00:01.500Z +0000", "%Y-%m-%dT%H:%M:%S.%3NZ %z")', 1.5),
        ('strptime("1970-01-01T00:00:01Z +0000", "%Y-%m-%dT%H:%M:%S.%3NZ %z")', None),
        ("round(1000*missing)", None),
        ('strptime("1970-13-02T00:00:01 +0000", "%Y-%m-%dT%H:%M:%S %z")', None),
        ('relative_time(now(), "-30m")', 1_000_000 - 1_800),
        ("'one'=one", True),
    ],
)
def test_expressions(text: str, expected: Value) -> None:
    assert value(text, MANY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "one=1 AND two=2",  # NULL beside AND
        "missing=1 OR one=1",
        "NOT one",
        "1=1 AND 1=1 OR 1=1",
        "1 + 2 . 3",
        "mv=one",
        "actor.id",
        "min(missing, 1)",
        'one LIKE "a%"',
        '"10"="10.0"',
        "unknown(one)",
        'match(one, "(?<name>a)")',
        'match(one, "a\\b")',
        'match(one, "(a")',
        'match(one, "[[:alpha:]]")',
        'strptime(one, "%s")',
        'replace(one, "a", "b")',
        "1000000*1000000000",
    ],
)
def test_what_no_page_settles_is_an_error(text: str) -> None:
    with pytest.raises(NotDocumentedError):
        value(text, MANY)


@pytest.mark.parametrize(
    "search",
    [
        "bin _time span=1h",
        "transaction host",
        "`macro`",
        "where a=1 |",
        "| where a=1",
        'where a="unbalanced',
        'where a="x\\"y"',
        'where a="x\\\\y"',
        "sort host",
        "sort 10 bytes",
        "sort 0 host",
        "dedup host",
        "stats sum(bytes) BY host",
        "stats median(bytes) AS m",
        "streamstats time_window=1h count AS n",
        "streamstats window=2 count AS n BY host",
        "eventstats count AS n BY missing",
        "rename a AS b, b AS a",
        "rename a AS c, b AS c",
        "rename a AS b, a AS c",
        "mvexpand host limit=2",
        "eval x",
        "search host>1",
        "search host=x OR host=y bytes=*",
        "search host=10",
        "search host=\u00e9",
    ],
)
def test_what_is_not_known_is_an_error(search: str) -> None:
    with pytest.raises(NotDocumentedError):
        piped(HOSTS, search)


@pytest.mark.parametrize(
    ("event", "beliefs", "expected"),
    [
        ({"a": {"b": None}}, Beliefs(), {}),
        ({"a": {"b": None}}, Beliefs(null_text=True), {"a.b": "null"}),
        ({"a": ""}, Beliefs(), {}),
        ({"a": ""}, Beliefs(empty_text=True), {"a": ""}),
        ({"a": [{"b": 1}, {"b": None}, {"b": True}]}, Beliefs(), {"a{}.b": ("1", "true")}),
        ({"a": [[1, 2.5]]}, Beliefs(), {"a{}{}": ("1", "2.5")}),
        ({"a": []}, Beliefs(), {}),
    ],
)
def test_fields(event: dict[str, Any], beliefs: Beliefs, expected: Row) -> None:
    assert extracted(event, beliefs) == expected


@given(
    st.recursive(
        st.none() | st.sampled_from(["", "x", 1]),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["a", "b", "a.b", "ab", "{}", ""]), inner, max_size=3)
        ),
    ),
    st.sets(st.sampled_from(["a", "a.b", "a{}.b", "p.a", "p.a.b", "b"])),
    st.sampled_from(["", "p."]),
)
def test_the_ways_to_some_names_lead_to_all_that_is_there(
    node: Any, names: set[str], prefix: str
) -> None:
    everything = leaves({"a": node, "b": node}, prefix)
    some = leaves({"a": node, "b": node}, prefix, ways_to(frozenset(names)))
    wanted = [leaf for leaf in everything if leaf[0] in names]
    assert [leaf for leaf in some if leaf[0] in names] == wanted
    assert set(map(str, some)) <= set(map(str, everything))


def test_a_question_is_answered_anew_for_other_values_and_types() -> None:
    rows: list[Row] = [{"n": "a"}, {"n": "b"}, {"n": "a"}, {}, {"m": "a"}]
    assert column(piped(rows, 'where n="a"'), "n") == ["a", "a"]
    evaluator, asked = Evaluator(Beliefs(), 0), expression(Reader(tokens("n")), Beliefs())
    assert [evaluator.truth(asked, row) for row in ({"n": True}, {}, {"n": False})] == [
        True,
        None,
        False,
    ]
    with pytest.raises(NotDocumentedError, match="1 where a truth value is expected"):
        evaluator.truth(asked, {"n": 1})


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ('a="X"', True),
        ('a IN ("y", "x")', True),
        ('a="y"', False),
        ("a=*", True),
        ("b=*", False),
        ('(index="okta" sourcetype="OktaIM2:log") a="x"', True),
        ('(index="other") a="x"', False),
        ('m{}.k="two"', True),
        ("a=X", True),
        ('a="x*"', True),
        ('a="*y*"', False),
        ('a IN ("*z", "*x")', True),
        ("NOT a=y", True),
        ('ip="203.0.113.0/24"', True),
        ('ip="203.0.114.0/24"', False),
        ('ip="2001:db8::/32"', False),
        ('a="203.0.113.0/24"', False),
        ('ip="203.0.113.9"', True),
        ("NOT b=*", True),
        ("NOT a IN (x, y)", False),
        ("(a=y OR m{}.k=one)", True),
        ("a=x NOT (a=x b=one)", True),
        ('NOT a IN ("", null)', True),
    ],
)
def test_terms(terms: str, found: bool) -> None:
    event = Indexed({"a": "x", "ip": "203.0.113.9", "m": [{"k": "one"}, {"k": "two"}]})
    assert bool(Splunk(Beliefs()).run(terms, [event])) == found


def test_terms_below_not_know_no_field_of_several_values() -> None:
    event = Indexed({"a": "x", "m": [{"k": "one"}, {"k": "two"}]})
    with pytest.raises(NotDocumentedError, match="several values"):
        Splunk(Beliefs()).run("a=x NOT m{}.k=one", [event])


@given(
    st.sampled_from(
        ["a=x", "a=*", "NOT a=x", "(a=x OR b=k)", "b=k NOT (a=x b=*)", "a IN (x, k*) NOT b=x"]
    ),
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"), st.sampled_from(["x", "K", "\u212a", ("x", "y"), 1, True, 1.0])
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_terms_pass_the_same_events_together_as_one_by_one(
    terms: str, rows: list[Row], unicode_case: bool
) -> None:
    def one_by_one() -> list[Row]:
        asked = asked_of(tuple(tokens(terms)), unicode_case).terms
        return [row for row in rows if holds(asked, row, unicode_case=unicode_case)]

    def together() -> list[Row]:
        return asked_of(tuple(tokens(terms)), unicode_case).passed(rows)

    assert told(together) == told(one_by_one)
    assert told(together) == told(one_by_one), "an error is told again"


def told(found: Callable[[], list[Row]]) -> list[Row] | str:
    """What is found, or that it is an error."""
    try:
        return found()
    except NotDocumentedError as error:
        return str(error)


@pytest.mark.parametrize("beliefs", EVERY, ids=str)
def test_readings_of_case_and_escapes(beliefs: Beliefs) -> None:
    found = Splunk(beliefs).run("a=k", map(Indexed, [{"a": "\u212a"}, {"a": "K"}]))
    assert len(found) == 1 + beliefs.unicode_case
    assert value('match("\u212a", "(?i)^k\\z")', beliefs=beliefs) == beliefs.unicode_case
    assert value('match("\u017f", "(?i)s")', beliefs=beliefs) == beliefs.unicode_case
    assert value('match("K", "(?i)^k\\z")', beliefs=beliefs) is True
    assert value('match("i", "(?i)^\\x49\\z")', beliefs=beliefs) is True
    assert value('match("\u0130", "(?i)^i\\z")', beliefs=beliefs) is False
    assert value('match("]", "^[\\x5d]\\z")', beliefs=beliefs) is True
    escaped = value('"\\x41\\n"', beliefs=beliefs)
    assert escaped == ("A\n" if beliefs.escapes else "\\x41\\n")


def test_pairs_of_readings_are_all_there() -> None:
    names = ("null_text", "empty_text", "unicode_case", "escapes")
    for first in names:
        for second in names:
            seen = {(getattr(one, first), getattr(one, second)) for one in PAIRWISE}
            assert len(seen) == (4 if first != second else 2)


def test_more_events_than_streamstats_keeps_are_an_error() -> None:
    rows: list[Row] = [{"n": 1}] * 10_001
    assert len(piped(rows, "streamstats window=2 sum(n) AS s")) == 10_001
    with pytest.raises(NotDocumentedError, match="max_stream_window"):
        piped(rows, "streamstats sum(n) AS s")


def test_the_order_among_equals_is_left_to_chance() -> None:
    events = [Indexed({"k": "a", "n": str(n)}) for n in range(6)]
    orders = {
        tuple(column(Splunk(Beliefs(), chance).run("k=*", events), "n")) for chance in range(9)
    }
    assert len(orders) > 1
