"""Did you mean: the known word that a misspelt one comes closest to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 50
_CUTOFF = 0.7  # "actor.typ" finds "actor.type", "foo" finds nothing


def closest(word: str, known: Iterable[str]) -> str | None:
    """The closest of the known words, whatever its case; nothing where none is close.

    >>> closest("outcome.resultt", ["outcome.result", "outcome.reason"])
    'outcome.result'
    >>> closest("foo", ["outcome.result"]) is None
    True
    """
    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_lower, 1, _CUTOFF)
    return by_lower[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint for a misspelt word, or nothing.

    >>> did_you_mean("actor.typ", ["actor.type"])
    'did you mean `actor.type`?'
    """
    close = closest(word, known)
    return f"did you mean `{close}`?" if close else None


class Guesses:
    """Hints of one check. A file's first 50 misspelt words have one, where a known word is close.

    Nobody misspells more: what comes after is no rule, and each guess takes its time.
    """

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    def did_you_mean(self, file: str, word: str, known: Iterable[str]) -> str | None:
        """A hint for a misspelt word of a file, or nothing."""
        self._asked[file] += 1
        return did_you_mean(word, known) if self._asked[file] <= _MOST else None
