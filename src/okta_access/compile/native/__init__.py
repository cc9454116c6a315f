"""Rules that Sigma cannot say: a value that a rule's events did not show in the weeks before.

Both SIEMs have a form of their own for it. Each file beside this module is one such rule; it names
a Sigma rule, whose events it looks at, and exists only where that rule is among those compiled.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from okta_access.rules.collection import RuleSet
from okta_access.rules.model import (
    EventRule,
    Level,
    Metadata,
    Profile,
    Runbook,
    Timespan,
)
from okta_access.rules.pivots import NextQuery
from okta_access.store import folder
from okta_access.store.fingerprints import code, digest, is_settled, libraries
from okta_access.store.packing import Packing, Unpackable

_KIND = "native"
_CODE = ("errors.py", "store", "catalog", "rules", "compile/native")


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """A rule that fires for values of ``fields`` together that no event of ``base`` had before.

    "Before" is the time span ``history``; an event without one of the fields takes no part.
    """

    meta: Metadata
    base: str
    fields: tuple[str, ...]
    history: Timespan

    @property
    def name(self) -> str:
        """The rule's name, which is its file's stem."""
        return self.meta.name

    @property
    def group_by(self) -> tuple[str, ...]:
        """What one alert is about."""
        return self.fields


@dataclass(frozen=True, slots=True)
class NativeText:
    """A native rule in one target: its text unless refused, and what is known of it, or why."""

    rule: FirstSeen
    target: str
    text: str | None
    note: str


def native_rules(rules: RuleSet) -> tuple[tuple[FirstSeen, EventRule], ...]:
    """The native rules whose Sigma rule is among these, each with it.

    >>> native_rules(RuleSet((), (), (), (), (), ()))
    ()
    """
    known = {rule.name: rule for rule in (*rules.rules, *rules.context)}
    return tuple((one, known[one.base]) for one in load_native_rules() if one.base in known)


@cache
def load_native_rules() -> tuple[FirstSeen, ...]:
    """All native rules, by name. What their files say is kept between runs."""
    found = (path for path in files(__name__).iterdir() if path.name.endswith(".yml"))
    texts = tuple((str(path), path.read_bytes()) for path in sorted(found, key=str))
    key = _key(texts)
    rules = _kept(key)
    if rules is None:
        from okta_access.compile.native.reading import read_native

        rules = tuple(read_native(file, data) for file, data in texts)
        if key is not None and is_settled(*_CODE):
            with suppress(Unpackable):
                folder.write(_KIND, key, _packing().pack(rules))
    return rules


def _kept(key: bytes | None) -> tuple[FirstSeen, ...] | None:
    data = folder.read(_KIND, key) if key is not None else None
    try:
        return None if data is None else _packing().unpack(data, tuple[FirstSeen, ...])
    except Unpackable:
        return None


def _key(texts: Iterable[tuple[str, bytes]]) -> bytes | None:
    """Under what the rules of these texts are kept; None where nothing can be kept."""
    if folder.folder() is None:
        return None
    try:
        return digest(code(*_CODE), libraries("yaml"), *(part for text in texts for part in text))
    except OSError:
        return None


@cache
def _packing() -> Packing:
    return Packing([FirstSeen, Level, Metadata, NextQuery, Profile, Runbook, Timespan])
