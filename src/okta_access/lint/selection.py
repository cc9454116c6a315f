"""Which codes a run reports: prefixes that select and ignore, of which the longest one decides."""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.errors import InputError
from okta_access.lint.suggest import did_you_mean


def chosen_codes(
    codes: Iterable[str], select: Iterable[str], ignore: Iterable[str]
) -> frozenset[str]:
    """The codes that are reported: all, or those selected, less those ignored.

    Of a prefix that selects a code and one that ignores it the longer one counts; of two that are
    as long the one that ignores. Raises :class:`InputError` for a prefix of no code.

    >>> sorted(chosen_codes(["OA101", "OA102", "OA201"], ["OA1", "OA201"], ["OA102"]))
    ['OA101', 'OA201']
    >>> sorted(chosen_codes(["OA101", "OA102"], ["OA102"], ["OA1"]))
    ['OA102']
    """
    known = [*codes]
    wanted, unwanted = (_prefixes(given, known) for given in (select, ignore))
    everything = () if wanted else ("",)
    return frozenset(
        code for code in known if _longest(code, (*wanted, *everything)) > _longest(code, unwanted)
    )


def _prefixes(given: Iterable[str], codes: list[str]) -> tuple[str, ...]:
    prefixes = [one.strip().upper() for text in given for one in text.split(",") if one.strip()]
    for prefix in prefixes:
        if not any(code.startswith(prefix) for code in codes):
            raise InputError(f"no code begins with {prefix}", hint=did_you_mean(prefix, codes))
    return tuple(prefixes)


def _longest(code: str, prefixes: Iterable[str]) -> int:
    """The length of the longest prefix that the code has; -1 where it has none."""
    return max((len(one) for one in prefixes if code.startswith(one)), default=-1)
