"""The modifiers of an item's key: which there are, what each takes, and which go together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from okta_access.catalog.model import Catalog, FieldType
from okta_access.errors import Problem, Span
from okta_access.rules.reading.source import Plain, Scalar

REGEX_FLAGS = {
    "i": "ignore_case",
    "ignorecase": "ignore_case",
    "m": "multiline",
    "multiline": "multiline",
    "s": "dot_all",
    "dotall": "dot_all",
}
LIST_MODIFIERS = frozenset({"all", "neq"})
_NUMERIC = frozenset({"gt", "gte", "lt", "lte"})
_TIME_PARTS = frozenset({"minute", "hour", "day", "week", "month", "year"})
_PARTS = frozenset({"contains", "startswith", "endswith"})
_ENCODINGS = frozenset({"base64", "base64offset", "wide", "utf16", "utf16be", "windash"})
KNOWN = frozenset(
    {"cased", "cidr", "exists", "expand", "fieldref", "re"}
    | LIST_MODIFIERS | _NUMERIC | _TIME_PARTS | _PARTS | _ENCODINGS | {*REGEX_FLAGS}
)  # fmt: skip
# What a misspelt one is likely to mean: the rest are never written in a rule on these events.
_USUAL = (*sorted(_PARTS), "all", "cased", "cidr", "exists", "fieldref", "neq", "re")
# Those that each of these can stand beside.
_BESIDE = {
    "cidr": LIST_MODIFIERS,
    "exists": LIST_MODIFIERS,
    "re": LIST_MODIFIERS | {*REGEX_FLAGS},
    "fieldref": LIST_MODIFIERS | _PARTS,
}


_WILDCARD = re.compile(r"(?<!\\)(?:\\\\)*[*?]")


@dataclass(frozen=True, slots=True)
class _Modifier:
    name: str
    span: Span


def modifier_problems(key: Scalar, catalog: Catalog) -> Iterator[Problem]:
    """What is wrong with the modifiers of a key (``field|modifier|…``), whatever its values are."""
    field, *rest = _parts(key)
    seen: set[str] = set()
    for one in rest:
        if one.name not in KNOWN:
            yield Problem(one.span, "OA107", *_unknown(one.name))
        elif one.name in seen:
            yield Problem(one.span, "OA107", f"the modifier `{one.name}` stands twice")
        elif one.name in _TIME_PARTS:
            message = f"`{one.name}` is a part of a time, and no catalogued field is a time"
            yield Problem(one.span, "OA109", message)
        elif one.name in _NUMERIC:
            known = catalog.field(field.name)
            type_ = known.type if known else FieldType.STRING
            message = f"`{one.name}` compares numbers, and `{field.name}` is a {type_} field"
            yield Problem(one.span, "OA107", message, "compare with values, or use `re`")
        elif one.name in REGEX_FLAGS and "re" not in seen:
            message = f"`{one.name}` is a flag of regular expressions, and belongs behind `re`"
            yield Problem(one.span, "OA107", message, f"write `{field.name}|re|{one.name}`")
        seen.add(one.name)
    yield from _misfits(rest)


def value_mistake(modifiers: tuple[str, ...], value: Plain) -> tuple[str, str | None] | None:
    """Why these modifiers do not take this value, with what to do; None where they do."""
    names = {*modifiers}
    shown = _shown(value)
    if "exists" in names and not isinstance(value, bool):
        return f"`exists` takes true or false, and not {shown}", None
    for name in modifiers:
        if name in LIST_MODIFIERS or name in ("exists", "re") or name in REGEX_FLAGS:
            continue
        if value is None:
            return (
                f"`{name}` does not go with null",
                "give null a line without modifiers",
            )
        if not isinstance(value, str):
            return f"`{name}` takes a text, and not {shown}", "put it in quotes"
        if _WILDCARD.search(value):
            if name in ("base64", "base64offset", "wide", "utf16", "utf16be"):
                return f"`{name}` takes a text without wildcards, and not {shown}", None
            if name == "fieldref":
                return f"`fieldref` takes the name of a field, and not the pattern {shown}", None
    return None


def _unknown(name: str) -> tuple[str, str]:
    if not name:
        return "there is no modifier behind `|`", f"known are {', '.join(_USUAL)}"
    close = get_close_matches(name.lower(), _USUAL, 1) or get_close_matches(name.lower(), KNOWN, 1)
    hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(_USUAL)}"
    return f"there is no modifier `{name}`", hint


def _misfits(modifiers: list[_Modifier]) -> Iterator[Problem]:
    """Modifiers that another one refuses, each told once."""
    known = [one for one in modifiers if one.name in KNOWN]
    strict = [one.name for one in known if one.name in _BESIDE]
    for one in known:
        refused = [name for name in strict if name != one.name and one.name not in _BESIDE[name]]
        # Of two that refuse each other the later one is told.
        if refused and (one.name not in _BESIDE or one.name != strict[0]):
            yield Problem(one.span, "OA107", f"`{one.name}` does not go with `{refused[0]}`")


def _parts(key: Scalar) -> list[_Modifier]:
    """The field and the modifiers of a key, each with its place."""
    span, parts = key.span, []
    column = span.column + (1 if key.quoted else 0)
    for name in key.text.split("|"):
        end = column + len(name)
        exact = span.line == span.end_line
        place = Span(span.file, span.line, column, span.line, max(end, column + 1))
        parts.append(_Modifier(name, place if exact else span))
        column = end + 1
    return parts


def _shown(value: Plain) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "null" if value is None else f"`{value}`"
