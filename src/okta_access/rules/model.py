"""What a rule is, once read: the one model that all other rooms share.

Everything here is frozen; spans take no part in comparisons, so two rules of one
meaning are equal wherever they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from operator import attrgetter
from pathlib import PurePath
from typing import ClassVar

import msgspec

from okta_access.errors import Span
from okta_access.rules.pivots import NextQuery


class Written(msgspec.Struct, frozen=True, eq=False):
    """Something written in a file: equal to what means the same, wherever and however that stands.

    ``no_meaning`` are the fields that take no part in comparisons.
    """

    no_meaning: ClassVar[tuple[str, ...]] = ("span",)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        meaning = _meaning(type(self))
        return bool(meaning(self) == meaning(other))

    def __hash__(self) -> int:
        return hash(_meaning(type(self))(self))


@cache
def _meaning(class_: type[Written]) -> Callable[[object], object]:
    return attrgetter(*(one for one in class_.__struct_fields__ if one not in class_.no_meaning))


# --- what an atom asks of a field -----------------------------------------------------------


class Wildcard(Enum):
    """``*`` stands for any number of characters, ``?`` for exactly one (Sigma 2.1, Wildcards)."""

    MANY = "*"
    ONE = "?"


class Pattern(msgspec.Struct, frozen=True):
    """The value's text equals these parts, as a whole; case counts only where ``cased``.

    ``parts`` alternate texts and wildcards; texts are never empty and never adjacent.
    """

    parts: tuple[str | Wildcard, ...]
    cased: bool = False

    @property
    def literal(self) -> str | None:
        """The text where there is no wildcard, else nothing."""
        match self.parts:
            case ():
                return ""
            case (str(text),):
                return text
        return None


class Regex(msgspec.Struct, frozen=True):
    """The pattern is found somewhere in the value; it is of the dialect in ``rules.regex``."""

    pattern: str
    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False


class Address(msgspec.Struct, frozen=True):
    """An ip field holds this address; an IPv4-mapped IPv6 address is its IPv4 address."""

    address: IPv4Address | IPv6Address


class Cidr(msgspec.Struct, frozen=True):
    """An ip field holds an address of this network."""

    network: IPv4Network | IPv6Network


class IsTrue(msgspec.Struct, frozen=True):
    """A boolean field holds this value, as a JSON boolean or as the text "true" or "false"."""

    value: bool


class Absent(msgspec.Struct, frozen=True):
    """The path holds nothing: absent, null, the empty text, ``[]``, or a list of these."""


class Present(msgspec.Struct, frozen=True):
    """The path holds a value (for an array: any member does)."""


class RefMode(StrEnum):
    """How a field's text relates to another field's text."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS_WITH = "startswith"
    ENDS_WITH = "endswith"


class SameAs(msgspec.Struct, frozen=True):
    """The text relates to the text of another field; compared exactly."""

    other: str
    mode: RefMode = RefMode.EQUALS


class Placeholder(msgspec.Struct, frozen=True):
    """A list that the user's settings fill (``%name%``); resolved before anything is matched."""

    name: str


Test = Pattern | Regex | Address | Cidr | IsTrue | Absent | Present | SameAs | Placeholder

# --- logic ----------------------------------------------------------------------------------


class Atom(Written, frozen=True):
    """One question to one field. Of a list of values in a rule each becomes an atom."""

    no_meaning = ("span", "key_span")

    field: str
    test: Test
    span: Span
    key_span: Span


class And(Written, frozen=True):
    """All operands hold; at least one operand."""

    operands: tuple[Expr, ...]
    span: Span


class Or(Written, frozen=True):
    """Any operand holds; at least one operand."""

    operands: tuple[Expr, ...]
    span: Span


class Not(Written, frozen=True):
    """The operand does not hold."""

    operand: Expr
    span: Span


Expr = Atom | And | Or | Not


def atoms(expr: Expr) -> tuple[Atom, ...]:
    """All atoms of an expression, in reading order."""
    match expr:
        case Atom():
            return (expr,)
        case Not(operand):
            return atoms(operand)
        case And(operands) | Or(operands):
            return tuple(atom for operand in operands for atom in atoms(operand))


def fields_of(atom: Atom) -> tuple[str, ...]:
    """The paths that an atom reads: its field, and the one that it is compared with."""
    return (atom.field, atom.test.other) if isinstance(atom.test, SameAs) else (atom.field,)


def fields_read(*exprs: Expr) -> tuple[str, ...]:
    """The paths that expressions read, each once, in reading order."""
    found = (path for expr in exprs for atom in atoms(expr) for path in fields_of(atom))
    return tuple(dict.fromkeys(found))


def depth(expr: Expr) -> int:
    """How many operators stand around the innermost atom; 0 for an atom."""
    match expr:
        case Atom():
            return 0
        case Not(operand):
            return 1 + depth(operand)
        case And(operands) | Or(operands):
            return 1 + max(map(depth, operands))


# --- documents ------------------------------------------------------------------------------


class Level(StrEnum):
    """How much a match matters (Sigma 2.1, Level); ordered by :attr:`rank`."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for informational to 4 for critical."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(Level)}


class LogSource(Written, frozen=True):
    """Which log a rule reads (Sigma 2.1, Log Source)."""

    product: str | None
    service: str | None
    category: str | None
    span: Span


class Profile(StrEnum):
    """For whom a rule is: everybody at once, whoever watches these events, or some tenants."""

    CORE = "core"
    EXTENDED = "extended"
    OPT_IN = "opt-in"


class Runbook(msgspec.Struct, frozen=True):
    """What to do about an alert, a sentence or two each, the same for every product.

    ``first``: what to check first; ``next``: which events to look at then, and what they should
    show; ``pivot``: the query that finds these; ``window``: over which time; ``close``: when to
    close it; ``escalate``: when not to.
    """

    first: str
    next: str
    pivot: NextQuery
    window: str
    close: str
    escalate: str

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The five lines in their order, each with its label."""
        return (
            ("Check first", self.first),
            ("Look next", self.next),
            ("Window", self.window),
            ("Close when", self.close),
            ("Escalate when", self.escalate),
        )


class Metadata(Written, frozen=True):
    """Everything that a rule says about itself and that has no part in matching.

    ``profile`` is None where the rule says nothing of it; no profile then takes it away.
    ``version`` rises whenever the rule's meaning changes.
    """

    no_meaning = ("file",)

    name: str
    id: str
    title: str
    level: Level
    status: str
    description: str
    author: str
    date: str
    modified: str
    references: tuple[str, ...]
    tags: tuple[str, ...]
    falsepositives: tuple[str, ...]
    assumptions: tuple[str, ...]
    file: str
    profile: Profile | None = None
    runbook: Runbook | None = None
    version: int = 1


class Selection(Written, frozen=True):
    """One named part of a rule's detection."""

    name: str
    expr: Expr
    span: Span


class EventRule(msgspec.Struct, frozen=True):
    """A rule that is judged on one event at a time.

    ``silent`` rules are bases of correlations: they raise no alerts of their own.
    """

    meta: Metadata
    logsource: LogSource
    selections: tuple[Selection, ...]
    condition: str
    expr: Expr
    silent: bool

    @property
    def name(self) -> str:
        """The rule's name, which is its file's stem."""
        return self.meta.name

    @property
    def audit(self) -> bool:
        """Whether the rule only records that something happened, and is not meant to alert.

        Such a rule lies in a folder ``audit/`` and is informational; with another level it alerts
        as any other rule does.
        """
        folder = PurePath(self.meta.file).parent.name
        return folder == "audit" and self.meta.level is Level.INFORMATIONAL


class CorrelationType(StrEnum):
    """The kinds of correlation with a meaning here (Sigma correlations 2.1)."""

    EVENT_COUNT = "event_count"
    VALUE_COUNT = "value_count"
    TEMPORAL = "temporal"
    TEMPORAL_ORDERED = "temporal_ordered"


class Reference(Written, frozen=True):
    """A rule that a correlation refers to, by name or id."""

    rule: str
    span: Span


class Alias(msgspec.Struct, frozen=True):
    """A group key that stands in a field of its own in the events of each rule referred to.

    ``fields`` are those rules, as the correlation refers to them, each with the path.
    """

    name: str
    fields: tuple[tuple[str, str], ...]

    def of(self, reference: Reference) -> str:
        """The path in the events of that rule."""
        return dict(self.fields)[reference.rule]


class Timespan(Written, frozen=True):
    """A length of time: the text of the rule, and its whole seconds."""

    no_meaning = ("text",)

    text: str
    seconds: int

    @property
    def microseconds(self) -> int:
        """The length in microseconds, the unit in which times are compared."""
        return self.seconds * 1_000_000


class Correlation(msgspec.Struct, frozen=True):
    """A rule that is judged on events over time.

    ``threshold`` is the least value that fires (``gt: 4`` is read as 5); for temporal types it is
    the number of referenced rules. ``value_field`` is the counted field of a value_count. A name of
    ``group_by`` is a path, or that of an alias.
    """

    meta: Metadata
    type: CorrelationType
    references: tuple[Reference, ...]
    group_by: tuple[str, ...]
    timespan: Timespan
    threshold: int
    value_field: str | None
    aliases: tuple[Alias, ...] = ()

    @property
    def name(self) -> str:
        """The rule's name, which is its file's stem."""
        return self.meta.name

    @property
    def fields(self) -> tuple[str, ...]:
        """The paths that the correlation itself reads: group keys, then the counted field."""
        keys = (path for paths in self.keys for path in paths)
        counted = () if self.value_field is None else (self.value_field,)
        return tuple(dict.fromkeys((*keys, *counted)))

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """For each rule referred to, the paths of the group keys in its events."""
        if not self.aliases:
            return (self.group_by,) * len(self.references)
        aliases = {alias.name: alias for alias in self.aliases}
        return tuple(
            tuple(aliases[key].of(one) if key in aliases else key for key in self.group_by)
            for one in self.references
        )

    @property
    def rules_by_keys(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The different paths of the group keys, with the rules that have them (bit n: the n-th).

        Without aliases these are one, and all rules have them.
        """
        found: dict[tuple[str, ...], int] = {}
        for number, paths in enumerate(self.keys):
            found[paths] = found.get(paths, 0) | 1 << number
        return tuple(found.items())


Rule = EventRule | Correlation
