"""How the case of a text can be said in Elastic, whose keywords compare as they stand."""

from __future__ import annotations

from okta_access.rules.case import fold, same_letters
from okta_access.rules.model import Pattern, Wildcard

_BEYOND_LATIN = "\u0250"  # from here on TO_LOWER may look at more than one letter (a last sigma)
_DOTTED_I = "\u0130"  # TO_LOWER makes an i and a dot of it, a rule compares letter by letter


def has_one_case(pattern: Pattern) -> bool:
    """Whether no other text than these very characters is meant.

    >>> has_one_case(Pattern(("203.0",))), has_one_case(Pattern(("ab",), cased=True))
    (True, True)
    """
    texts = [part for part in pattern.parts if isinstance(part, str)]
    return pattern.cased or all(len(same_letters(char)) == 1 for text in texts for char in text)


def can_be_lowered(pattern: Pattern) -> bool:
    """Whether TO_LOWER compares it as a rule does, whatever letters the value holds."""
    texts = [part for part in pattern.parts if isinstance(part, str)]
    if Wildcard.ONE in pattern.parts or any(
        char >= _BEYOND_LATIN or char == _DOTTED_I for text in texts for char in text
    ):
        return False
    # Before a wildcard an i would also be the first half of a dotted capital I.
    ends = [p for p in pattern.parts[:-1] if isinstance(p, str)]
    return not any(fold(end).endswith("i") for end in ends)
