"""What a test of a rule says of one given text."""

from __future__ import annotations

import re
from functools import lru_cache

from okta_access.rules.case import fold
from okta_access.rules.model import Absent, Pattern, Present, Regex, Test, Wildcard
from okta_access.rules.regex import python_pattern

_WILDCARDS = {Wildcard.MANY: ".*", Wildcard.ONE: "."}


def accepts(test: Test, text: str) -> bool | None:
    """Whether a string field that holds this text passes; None where that cannot be told.

    >>> accepts(Pattern(("success",)), "SUCCESS"), accepts(Pattern(("success",), cased=True), "S")
    (True, False)
    """
    match test:
        case Pattern(cased=cased):
            literal = test.literal
            if literal is not None:  # lists of them are long: none is compiled
                return text == literal if cased else fold(text) == fold(literal)
            return _compiled(test).fullmatch(text if cased else fold(text)) is not None
        case Regex():
            return re.search(_python(test), text) is not None
        case Present():
            return text != ""
        case Absent():
            return text == ""
        case _:
            return None


def shown(test: Test) -> str:
    """The test's value as a rule would write it.

    >>> shown(Pattern(("a", Wildcard.MANY)))
    'a*'
    """
    match test:
        case Pattern(parts):
            return "".join(part.value if isinstance(part, Wildcard) else part for part in parts)
        case Regex(pattern):
            return pattern
        case _:
            return str(test)


@lru_cache(maxsize=512)
def _compiled(pattern: Pattern) -> re.Pattern[str]:
    parts = (
        _WILDCARDS[part]
        if isinstance(part, Wildcard)
        else re.escape(part if pattern.cased else fold(part))
        for part in pattern.parts
    )
    return re.compile("".join(parts), re.DOTALL)


@lru_cache(maxsize=512)
def _python(regex: Regex) -> str:
    return python_pattern(regex)
