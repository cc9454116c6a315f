"""Rules that Sigma cannot say: a value that a rule's events did not show in the weeks before.

Both SIEMs have a form of their own for it. Each file beside this module is one such rule; it names
a Sigma rule, whose events it looks at, and exists only where that rule is among those compiled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from okta_access.errors import OktaAccessError, Problem
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Metadata, Timespan
from okta_access.rules.reading.metadata import read_metadata, text_of
from okta_access.rules.reading.source import Mapping, Sequence, parse, plain
from okta_access.rules.timespans import seconds_of

_KEY = "first-seen"


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
    """All native rules, by name."""
    found = (path for path in files(__name__).iterdir() if path.name.endswith(".yml"))
    return tuple(_read(str(path), path.read_bytes()) for path in sorted(found, key=str))


def _read(file: str, data: bytes) -> FirstSeen:
    source = parse(data, file)
    problems: list[Problem] = list(source.problems)
    tree = source.documents[0] if source.documents else None
    body = tree.get(_KEY) if isinstance(tree, Mapping) else None
    fields = body.get("fields") if isinstance(body, Mapping) else None
    meta = read_metadata(tree, file, problems) if isinstance(tree, Mapping) else None
    if problems or meta is None or not (isinstance(body, Mapping) and isinstance(fields, Sequence)):
        raise OktaAccessError(f"{file} is no native rule: {[str(one) for one in problems]}")
    history = text_of(body, "history")
    seconds = seconds_of(history)
    if seconds is None:
        raise OktaAccessError(f"{file}: `history` is {history!r}, expected for example 60d")
    span = Timespan(history, seconds)
    return FirstSeen(meta, text_of(body, "rule"), tuple(plain(fields)), span)
