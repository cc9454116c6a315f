"""A search as parts: what is read, and the commands it goes through.

It is written out in two ways, a line a command: whole, fit to paste; and with macros, as
configuration files hold it and Splunk's editor shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.terms import one_of, value
from okta_access.compile.splunk.query.where import is_plain_type
from okta_access.errors import SettingsError
from okta_access.rules.settings.files import SplunkSettings

SOURCE_MACRO = "okta_access_events"
RESULTS_MACRO = "okta_access_results"
_INDEX = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9_*-]*", re.ASCII)
_SOURCETYPE = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9_*:./ -]*", re.ASCII)
SHOWN = (
    (EVENT_TYPE, "outcome.result", "actor.type"),
    ("actor.alternateId", "actor.displayName", "actor.id"),
    ("target.alternateId", "target.id", "target.type"),
    ("client.ipAddress", "client.geographicalContext.country"),
    ("client.userAgent.rawUserAgent", UUID),
)
"""What every result says, a line each: what, who, on what, from where, with what."""

_COLUMNS = f"command result user* object* src* {UUID}"
_BREAK = "\n  "  # layout inside a command; never inside quotes


@dataclass(frozen=True, slots=True)
class Macro:
    """A command of a search that configuration files keep under a name."""

    name: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """Events of the source that also pass ``terms``, sent through ``commands``.

    A command may hold line breaks as layout.
    """

    terms: str
    commands: tuple[str | Macro, ...]

    def pasted(self, source: str) -> str:
        """The search with its macros expanded, a line a command."""
        commands: list[str] = []
        for command in self.commands:
            commands.extend(command.commands if isinstance(command, Macro) else (command,))
        return "".join(f"{line}\n" for line in (source + _BREAK + self.terms, *_piped(commands)))

    def with_macros(self, extra_terms: str = "") -> str:
        """The search with its source and results behind macros, a line a command."""
        commands = [f"`{c.name}`" if isinstance(c, Macro) else c for c in self.commands]
        source = f"`{SOURCE_MACRO}` {extra_terms}".rstrip()
        return "\n".join((source + _BREAK + self.terms, *_piped(commands)))


def lines(parts: tuple[str, ...], joint: str) -> str:
    """Parts of one command, a line each; a comma as joint ends a line, a word begins one.

    >>> lines(("a=1", "b=2"), "AND"), lines(("a=1", "b=2"), ",")
    ('a=1\\n  AND b=2', 'a=1,\\n  b=2')
    """
    return (f",{_BREAK}" if joint == "," else f"{_BREAK}{joint} ").join(parts)


def by_line(parts: Iterable[str]) -> str:
    """Parts of a command with nothing between them, a line each."""
    return _BREAK.join(parts)


def one_line(text: str) -> str:
    """A command or search without its layout."""
    return re.sub(r"\n *", " ", text).strip()


def source_terms(settings: SplunkSettings) -> str:
    """Where the events are, as search terms.

    Raises :class:`SettingsError` for an index or a sourcetype that Splunk could read otherwise.

    >>> source_terms(SplunkSettings())
    'index=okta sourcetype="OktaIM2:log"'
    """
    if not _INDEX.fullmatch(settings.index):
        raise SettingsError(
            f"[splunk] index is {settings.index!r}, expected letters, digits, `_`, `-` and `*`"
        )
    for sourcetype in settings.sourcetypes:
        if not _SOURCETYPE.fullmatch(sourcetype):
            raise SettingsError(
                f"[splunk] sourcetypes has {sourcetype!r}, which cannot stand in a search"
            )
    if not settings.sourcetypes:
        raise SettingsError("[splunk] sourcetypes is empty", hint='for example ["OktaIM2:log"]')
    return f"index={value(settings.index)} {one_of('sourcetype', settings.sourcetypes)}"


def type_terms(types: frozenset[str] | None, names: Names) -> str:
    """Search terms that all events of these types pass; of any type where they cannot be told."""
    name = names.event(EVENT_TYPE)
    if types is None or not types or not all(map(is_plain_type, types)):
        return f"{name}=*"
    return one_of(name, sorted(types))


def results(names: Names) -> Macro:
    """What ends every search over single events: copies joined, the columns that are read."""
    once = f"dedup {same_event(names)} keepempty=true"
    return Macro(RESULTS_MACRO, (once, renamed(names), f"table _time {_COLUMNS}"))


def first_copies(names: Names) -> tuple[str, ...]:
    """The commands that keep of each event the copy indexed first.

    So a redelivery is not taken for news.
    """
    return ("sort 0 _indextime", f"dedup {same_event(names)} keepempty=true")


def same_event(names: Names) -> str:
    """The fields that copies of one event share."""
    return " ".join(names.argument(path) for path in (UUID, EVENT_TYPE, PUBLISHED))


def renamed(names: Names, more: Iterable[str] = ()) -> str:
    """The command that gives fields the names of result columns, ``more`` beside the usual ones.

    A column that an add-on already fills under that name is replaced, or emptied where the event
    lacks the field (Search Reference, rename).
    """
    known = {path for group in SHOWN for path in group}
    groups = [*SHOWN, tuple(path for path in dict.fromkeys(more) if path not in known)]
    return "rename " + lines(
        tuple(
            ", ".join(f"{names.argument(p)} AS {names.result(p)}" for p in group)
            for one in groups
            if (group := [p for p in one if names.event(p) != names.result(p)])
        ),
        ",",
    )


def columns(names: Names) -> tuple[str, ...]:
    """The columns that every result has."""
    return tuple(names.result(path) for group in SHOWN for path in group)


def _piped(commands: list[str]) -> list[str]:
    return [f"| {command}" for command in commands]
