"""All mistakes of a settings file in one run, each where it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.content import rules_dir
from okta_access.errors import Span
from okta_access.rules.settings.files import (
    ElasticSettings,
    PackSettings,
    RuleSettings,
    Settings,
    SplunkSettings,
    read_settings,
)
from okta_access.rules.settings.mistakes import mistakes
from okta_access.rules.settings.places import Places, Steps, places

BROKEN = """\
top = 1
[pack]
id = "Ac me"
extends = "packagd"
[elastic]
index = ["ok*", "é", "BAD"]
attack = 17
interval = "5"
[splunk]
sourcetypes = "x"
[lists]
a = [1]
rules = 3
[rules]
"x.y" = {levl = "high", level = "hgh", enabled = 'no'}
z.reason = 1
w = 3
"""
FOUND = """\
1:1 OA702 unknown key `top`
2:2 OA703 the key `author` is missing
2:2 OA703 the key `name` is missing
2:2 OA703 the key `version` is missing
3:6 OA703 `id` cannot be 'Ac me'
4:11 OA703 `extends` cannot be 'packagd'
6:17 OA703 `index` cannot be 'é'
6:22 OA703 `index` cannot be 'BAD'
7:10 OA703 `attack` cannot be 17
8:12 OA703 `interval` cannot be '5'
10:15 OA703 `sourcetypes` cannot be 'x'
12:6 OA703 `a` cannot be 1
13:9 OA703 `rules` cannot be 3
15:10 OA702 unknown key `levl`
15:33 OA703 `level` cannot be 'hgh'
15:50 OA703 `enabled` cannot be 'no'
16:12 OA703 `reason` cannot be 1
17:5 OA703 `w` cannot be 3
"""
ODD = """\
# é
"a\\"b".'c d'.e = 1 # after
[t]
x = [ 1, # é
  [2, "]"], {k = '''
]''', l.m = 2020-01-01},
]
[[t.many]]
_e = 1.5
[[t.many]]
"é" = true
[t.many.inside]
deep = \"\"\"é
=\"\"\"
"""


def test_all_of_them_with_their_places(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(BROKEN, "utf-8")
    found = sorted(read_settings(file).problems)
    told = [f"{one.span.line}:{one.span.column} {one.code} {one.message}" for one in found]
    assert told == FOUND.splitlines()
    hints = {one.span.line: one.hint for one in found}
    assert hints[4] == "did you mean `packaged`? known are packaged"
    assert hints[7] == "known are 18, 19"
    assert hints[8] == "expected a whole number from 1 to 1440"


@pytest.mark.parametrize("data", [b"a = \xff", b"\xef\xbb\xbfa = [", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_one_problem(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "s.toml"
    file.write_bytes(data)
    (found,) = read_settings(file).problems
    assert found.code == "OA701"


def leaves(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    inside: Iterator[tuple[str | int, object]] | None = None
    if isinstance(value, dict):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = iter(enumerate(value))
    if inside is None:
        yield steps, value
        return
    for step, one in inside:
        yield from leaves(one, (*steps, step))


def cut(text: str, span: Span) -> str:
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("text", [ODD, BROKEN, (rules_dir() / "defaults.toml").read_text("utf-8")])
def test_at_every_place_stands_what_was_read(text: str) -> None:
    raw = tomllib.loads(text)
    found = places(text, "s.toml")
    for steps, value in leaves(raw):
        assert tomllib.loads(f"x = {cut(text, found.value(steps))}") == {"x": value}
        name = next(step for step in reversed(steps) if isinstance(step, str))
        key = steps[: len(steps) - steps[::-1].index(name)]
        assert tomllib.loads(f"{cut(text, found.key(key))} = 0") == {name: 0}


SCALARS = st.one_of(
    st.booleans(),
    st.sampled_from([18, 19, 7, 8, 0, 1, 5, 2000, 18.0, 1.5]),
    st.sampled_from(
        ["", "okta", "logs-*", "A B", "5m", "1h", "high", "group", "packaged", "1.0.0"]
    ),
    st.just(date(2026, 1, 1)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)
TABLES: dict[str, type[msgspec.Struct]] = {
    "pack": PackSettings,
    "elastic": ElasticSettings,
    "splunk": SplunkSettings,
}


def tables(form: type[msgspec.Struct]) -> st.SearchStrategy[object]:
    known = st.sampled_from([*form.__struct_fields__, "unknown"])
    return st.dictionaries(known, VALUES, max_size=5)


RAW = st.fixed_dictionaries(
    {},
    optional={
        **{name: tables(form) | SCALARS for name, form in TABLES.items()},
        "lists": st.dictionaries(st.sampled_from("xy"), VALUES) | SCALARS,
        "rules": st.dictionaries(st.sampled_from("rs"), tables(RuleSettings) | SCALARS),
        "unknown": SCALARS,
    },
)


@given(RAW)
def test_there_is_a_mistake_where_the_settings_cannot_be_used(raw: dict[str, object]) -> None:
    found = [*mistakes(raw, Settings, Places("s.toml", {}, {}))]
    try:
        msgspec.convert(raw, Settings)
    except msgspec.ValidationError:
        assert found
    else:
        assert found == []
