"""Everything in a settings file that is not as it should be, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import inspect

from okta_access.errors import Problem
from okta_access.rules.settings.files import OF_RULES
from okta_access.rules.settings.places import Places, Steps

UNKNOWN_KEY = "OA702"
WRONG_VALUE = "OA703"


def mistakes(raw: object, form: type, places: Places) -> Iterator[Problem]:
    """The mistakes in a file of that form, in the order of its keys."""
    yield from _in(raw, inspect.type_info(form), (), places)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint: the word that is close, and all that there are."""
    words = sorted(known)
    close = get_close_matches(word, words, 1)
    listed = f"known are {', '.join(words)}"
    return f"did you mean `{close[0]}`? {listed}" if close else listed


def _in(value: object, type_: inspect.Type, steps: Steps, places: Places) -> Iterator[Problem]:
    match type_:
        case inspect.StructType(fields=fields) if isinstance(value, dict):
            known = {field.encode_name: field for field in fields}
            for key, inside in value.items():
                here = (*steps, *_written(key))
                if key not in known:
                    hint = did_you_mean(key, (one for one in known if one.isidentifier()))
                    said = f"unknown key `{key}`"
                    yield Problem(places.key(here), UNKNOWN_KEY, said, hint)
                else:
                    yield from _in(inside, known[key].type, here, places)
            for name, field in known.items():
                if field.required and name not in value:
                    said = f"the key `{name}` is missing"
                    yield Problem(places.key(steps), WRONG_VALUE, said)
        case inspect.DictType(value_type=inner) if isinstance(value, dict):
            for key, inside in value.items():
                yield from _in(inside, inner, (*steps, key), places)
        case inspect.VarTupleType(item_type=inner, min_length=least) if isinstance(value, list):
            if len(value) < (least or 0):
                said = f"`{_named(steps)}` is empty"
                yield Problem(places.value(steps), WRONG_VALUE, said)
            for number, inside in enumerate(value):
                yield from _in(inside, inner, (*steps, number), places)
        case inspect.UnionType(types=types):
            inner = next(one for one in types if not isinstance(one, inspect.NoneType))
            yield from _in(value, inner, steps, places)
        case _:
            yield from _leaf(value, type_, steps, places)


def _written(key: str) -> Steps:
    """The way to a key as it is written."""
    of_rules = key.removeprefix(OF_RULES)
    return (key,) if of_rules == key else ("rules", of_rules)


def _leaf(value: object, type_: inspect.Type, steps: Steps, places: Places) -> Iterator[Problem]:
    span, name = places.value(steps), _named(steps)
    values = _values(type_)
    if values:
        if type(value) is not type(values[0]) or value not in values:
            words = [str(one) for one in values]
            hint = did_you_mean(str(value), words) if isinstance(value, str) else None
            hint = hint or f"known are {', '.join(words)}"
            said = f"`{name}` cannot be {_shown(value)}"
            yield Problem(span, WRONG_VALUE, said, hint)
        return
    expected = _expected(type_)
    try:
        msgspec.convert(value, _checked(type_))
    except msgspec.ValidationError:
        yield Problem(span, WRONG_VALUE, f"`{name}` cannot be {_shown(value)}", expected)


def _values(type_: inspect.Type) -> tuple[Any, ...]:
    match type_:
        case inspect.LiteralType(values=values):
            return tuple(values)
        case inspect.EnumType(cls=cls):
            return tuple(one.value for one in cls)
    return ()


def _checked(type_: inspect.Type) -> Any:
    """The type that msgspec checks: of texts and numbers, with their bounds."""
    from typing import Annotated

    match type_:
        case inspect.StrType(pattern=pattern, min_length=least, max_length=most):
            return Annotated[str, msgspec.Meta(pattern=pattern, min_length=least, max_length=most)]
        case inspect.IntType(ge=low, le=high):
            return Annotated[int, msgspec.Meta(ge=low, le=high)]
        case inspect.BoolType():
            return bool
        case inspect.StructType() | inspect.DictType():
            return dict
        case inspect.VarTupleType():
            return list
    raise TypeError(f"settings hold no {type_}")


def _expected(type_: inspect.Type) -> str:
    match type_:
        case inspect.StrType(pattern=pattern):
            return f"expected a text of the form {pattern}" if pattern else "expected a text"
        case inspect.IntType(ge=low, le=high):
            least = "" if low is None else f" from {low}"
            return f"expected a whole number{least}{'' if high is None else f' to {high}'}"
        case inspect.BoolType():
            return "expected true or false"
        case inspect.VarTupleType():
            return "expected a list"
    return "expected a table"


def _named(steps: Steps) -> str:
    return next((str(one) for one in reversed(steps) if isinstance(one, str)), "the file")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return repr(value) if not isinstance(value, bool) else str(value).lower()
