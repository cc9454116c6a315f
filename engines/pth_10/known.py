"""What pth_10 8.3.1 is known to read otherwise than Splunk's documentation says.

Each fault is shown by a search over a few events: what the documentation says is found, which our
interpreter finds as well, and pth_10 does not. The faults are shown anew in each run, for what is
rewritten or not asked because of a fault that is gone would be asked too little.
"""

from __future__ import annotations

from dataclasses import dataclass

from engines.pth_10.spark import Answer, Cells, Question


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault by name; the page that says otherwise; a search, events, and the uuids to be found.

    A list stands for a field of several values.
    """

    name: str
    page: str
    search: str
    events: tuple[Cells, ...]
    documented: frozenset[str]


def _fault(name: str, page: str, terms: str, *values: object) -> Fault:
    """A fault shown on events of one field each; those found come first, up to an ellipsis."""
    cut = values.index(...)
    events = [
        {"uuid": str(number), "index": "okta", **({} if value is None else {"field": value})}
        for number, value in enumerate((*values[:cut], *values[cut + 1 :]))
    ]
    return Fault(name, page, f"index=okta {terms}", tuple(events), frozenset(map(str, range(cut))))


_SEARCH = "Search Reference, search"
_DOTTED: tuple[Cells, ...] = ({"uuid": "0", "index": "okta", "actor.type": "User"},)
_COPIES: tuple[Cells, ...] = (
    {"uuid": "0", "index": "okta", "field": "a", "other": "c"},
    {"uuid": "1", "index": "okta", "field": "b", "other": "c"},
)

FAULTS = (
    _fault("IN of the search command fails", _SEARCH, 'field IN ("a", "b")', "a", "b", ..., "c"),
    _fault("terms of a search ask for the same case", _SEARCH, 'field="user"', "User", ..., "app"),
    _fault("an absent field is an error", _SEARCH, 'field="a"', "a", ..., None),
    Fault(
        "a name with dots is an error", _SEARCH, "index=okta actor.type=User", _DOTTED,
        frozenset("0"),
    ),
    _fault("a field of several values is an error", _SEARCH, 'field="a"', ["a", "b"], ..., ["c"]),
    _fault("a value that reads NaN is an error", _SEARCH, 'field="a"', "a", ..., "NaN"),
    _fault("the star ends with the line", _SEARCH, 'field="a*b"', "axb", "a\nb", ..., "c"),
    _fault(
        "a network is compared as a text", f"{_SEARCH}, CIDR matching",
        'field="10.0.0.0/8"', "10.1.2.3", ..., "11.1.2.3",
    ),
    _fault(
        "a value cannot be put behind several", "Search Reference, Multivalue eval functions",
        '| where mvcount(mvappend(field, "a"))=3', ["a", "b"], ..., ["c"],
    ),
    Fault(
        "dedup on two fields goes by each of them", "Search Reference, dedup",
        "index=okta | dedup field other keepempty=true", _COPIES, frozenset("01"),
    ),
    _fault(
        "streamstats is missing", "Search Reference, streamstats",
        "| streamstats count AS n BY field | where n=1", "a", "b", ...,
    ),
)  # fmt: skip

TABLES = {f"fault-{number}": fault.events for number, fault in enumerate(FAULTS)}
QUESTIONS = [
    Question(table, fault.search) for table, fault in zip(TABLES, FAULTS, strict=True)
]  # fmt: skip


def gone(answers: list[Answer]) -> list[str]:
    """The faults that the answers to the questions do not show."""
    return [
        fault.name
        for fault, answer in zip(FAULTS, answers, strict=True)
        if answer.found == fault.documented
    ]
