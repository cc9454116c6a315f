"""Reports to run before anything is enabled: what this installation's events can carry.

They are not scheduled and need no other preparation than the macro that names the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID
from okta_access.compile.identity import Identity
from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.pcre import NULL_TEXT
from okta_access.compile.splunk.query.search import SOURCE_MACRO
from okta_access.compile.splunk.query.where import value

_ENDED = r"[}\x5d]\s*\z"  # how JSON ends that was not cut off


@dataclass(frozen=True, slots=True)
class Report:
    """A report that is run by hand: its title, what to make of it, its search, and its kind."""

    title: str
    meaning: str
    search: str
    kind: str = "Preflight"

    def name(self, prefix: str) -> str:
        """The saved search's name."""
        return f"{prefix}{self.kind} - {self.title}"


def reports(names: Names) -> tuple[Report, ...]:
    """All preflight reports."""
    source = f"`{SOURCE_MACRO}` {names.event(EVENT_TYPE)}=access.*"
    paths = [path for path in names.catalog.fields if path != EVENT_TYPE]
    return (
        _events(names, source),
        Report(
            "Fields",
            "In how many percent of the events of a family each field holds a value. A rule is"
            " silent on a field that is not there.",
            f"{source} | eval {_family(names)}, {_flags(paths, names)}"
            f" | stats count AS events {_shares(paths)} BY family"
            " | foreach field_* [ eval <<FIELD>>=round(100*'<<FIELD>>', 1) ]"
            f" | rename {_renamed(paths)}",
        ),
        Report(
            "Delay",
            "How many seconds events take to be indexed, and how far their time is from"
            " `published`. Beyond the lateness that searches allow, events are not seen.",
            f"{source} | eval delay=_indextime-_time,"
            f' off=abs(_time-strptime(substr({names.quoted(PUBLISHED)}, 1, 19)." +0000",'
            ' "%Y-%m-%dT%H:%M:%S %z"))'
            " | stats count AS events median(delay) AS delay_median perc95(delay) AS delay_95"
            " max(delay) AS delay_most max(off) AS published_off BY index, sourcetype",
        ),
        Report(
            "Nulls",
            f'How many events show a JSON null as the text "{NULL_TEXT}". The rules are right'
            " either way; searches of your own may not be.",
            f"{source} | eval {_nulls(paths, names)} | stats count AS events {_sums(paths)}"
            f" | rename {_renamed(paths)}",
        ),
        _damage(names, source),
    )


def report_stanzas(reports: Iterable[Report], identity: Identity) -> list[Stanza]:
    """The reports as saved searches: on, and run only by hand."""
    return [
        Stanza(
            report.name(identity.searches),
            {
                "description": report.meaning,
                "dispatch.earliest_time": "-30d@d",
                "dispatch.latest_time": "now",
                "enableSched": "0",
                "request.ui_dispatch_app": identity.app,
                "search": report.search,
            },
        )
        for report in reports
    ]


def _events(names: Names, source: str) -> Report:
    known = ",".join(sorted(names.catalog.events))
    field, uuid = names.argument(EVENT_TYPE), names.argument(UUID)
    return Report(
        "Events",
        "Events of each type, by sourcetype. Rules on a type with none are silent, as are all"
        " rules if the macro okta_access_events does not name your index and sourcetype.",
        f"{source} | stats count AS events dc({uuid}) AS different min(_time) AS first"
        f" max(_time) AS last BY {field}, index, sourcetype"
        f' | append [| makeresults | eval {field}=split("{known}", ","), events=0'
        f" | mvexpand {field} | table {field} events]"
        f" | stats sum(events) AS events sum(different) AS different min(first) AS first"
        f" max(last) AS last values(index) AS index values(sourcetype) AS sourcetype BY {field}"
        ' | convert timeformat="%Y-%m-%d %H:%M:%S" ctime(first) ctime(last)',
    )


def _damage(names: Names, source: str) -> Report:
    kind, uuid, time = (names.quoted(path) for path in (EVENT_TYPE, UUID, PUBLISHED))
    tests = {
        "cut_off": f'NOT match(_raw, "{_ENDED}")',
        "without_uuid": f"isnull({uuid})",
        "without_published": f"isnull({time})",
        "extracted_twice": f"mvcount({kind})>1",
        "copies": "copy>1",
    }
    flags = ", ".join(f"{name}=if({test}, 1, 0)" for name, test in tests.items())
    sums = " ".join(f"sum({name}) AS {name}" for name in tests)
    same = " ".join(names.argument(path) for path in (UUID, EVENT_TYPE, PUBLISHED))
    return Report(
        "Damage",
        "Events cut off (raise TRUNCATE in props.conf: late keys are lost), without uuid or"
        " published, with every field twice (turn off one of INDEXED_EXTRACTIONS and KV_MODE: no"
        " rule works on them), and copies, which count once.",
        f"{source} | streamstats count AS copy BY {same} | eval {flags}"
        f" | stats count AS events {sums} max(copy) AS copies_most BY index, sourcetype",
    )


def _family(names: Names) -> str:
    name = names.quoted(EVENT_TYPE)
    return (
        f'family=replace(replace({name}, "^access[.](request[.][a-z]+[.]|review|request).*",'
        ' "\\1"), "[.]", " ")'
    )


def _column(path: str) -> str:
    return f"field_{path.replace('.', '_')}"


def _flags(paths: list[str], names: Names) -> str:
    return ", ".join(
        f'{_column(path)}=if(isnotnull(mvfind({names.quoted(path)}, "{value(path, names)}")), 1, 0)'
        for path in paths
    )


def _nulls(paths: list[str], names: Names) -> str:
    return ", ".join(
        f'{_column(path)}=if(isnotnull(mvfind({names.quoted(path)}, "^{NULL_TEXT}\\z")), 1, 0)'
        for path in paths
    )


def _shares(paths: list[str]) -> str:
    return " ".join(f"avg({_column(path)}) AS {_column(path)}" for path in paths)


def _sums(paths: list[str]) -> str:
    return " ".join(f"sum({_column(path)}) AS {_column(path)}" for path in paths)


def _renamed(paths: list[str]) -> str:
    return ", ".join(f'{_column(path)} AS "{path}"' for path in paths)
