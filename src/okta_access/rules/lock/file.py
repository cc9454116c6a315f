"""``rules.lock``: a line a rule, sorted by name, so that a change is a line and merges are easy.

``name version meaning id state``, with blanks between them. A line never goes away: what was
retired says so, for its id is not to be used again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from okta_access.errors import Problem, Span
from okta_access.rules.reading import file_reads

NAME = "rules.lock"
UNREADABLE = "OA804"
_ACTIVE, _RETIRED = "active", "retired"
_LINE = re.compile(r"(\S+) ([1-9]\d{0,8}) ([0-9a-f]+) (\S+) (active|retired)")
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_HEAD = (
    "# What each rule means: its name, version, a digest of its meaning, its id, its state.\n"
    "# Written by `okta-access lock`, which also settles a merge conflict that it finds here.\n"
)


@dataclass(frozen=True, slots=True)
class Locked:
    """One rule as it is locked: ``meaning`` is a digest, ``version`` a whole number from 1."""

    name: str
    version: int
    meaning: str
    id: str
    retired: bool = False

    @property
    def readable(self) -> bool:
        """Whether its line is one: a name or an id with blanks in it makes none."""
        return self.name[:1] != "#" and _LINE.fullmatch(str(self)) is not None

    def __str__(self) -> str:
        state = _RETIRED if self.retired else _ACTIVE
        return f"{self.name} {self.version} {self.meaning} {self.id} {state}"


@dataclass(frozen=True, slots=True)
class Lock:
    """What a lock holds, by id; what in it is no line of a lock; the marks of a merge conflict."""

    rules: Mapping[str, Locked]
    problems: tuple[Problem, ...] = ()
    conflict: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        lines = sorted(str(one) for one in self.rules.values())
        return _HEAD + "".join(f"{line}\n" for line in lines)


EMPTY = Lock({})


def lock_beside(files: Iterable[str]) -> Path | None:
    """Where the lock of rule files belongs: beside their folder ``rules``; None without one."""
    for file in files:
        for folder in Path(file).parents:
            if folder.name == "rules":
                return folder.parent / NAME
    return None


def read_lock(path: Path) -> Lock | None:
    """The lock in a file; None where there is no such file. Never raises for what it holds."""
    if not file_reads.is_file(path):
        return None
    try:
        return parsed(file_reads.content(path).decode("utf-8-sig"), str(path))
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        why = "not UTF-8 text"
    return Lock({}, (Problem(Span(str(path)), UNREADABLE, why),))


def parsed(text: str, file: str) -> Lock:
    """The lock in a text. Of an id that stands twice, as after a merge, the higher version counts.

    Both sides of a conflict are read, so that whatever was locked or retired on one is known.

    >>> parsed("a 1 0f 7 active", "rules.lock").rules["7"].version
    1
    >>> [str(one) for one in parsed("a 1 0f 7", "rules.lock").problems]
    ['rules.lock:1:1: OA804 no line of a lock (expected: name version meaning id state)']
    """
    rules: dict[str, Locked] = {}
    problems: list[Problem] = []
    conflict: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is not None:
            name, version, meaning, id_, state = found.groups()
            one = Locked(name, int(version), meaning, id_, state == _RETIRED)
            before = rules.get(id_)
            if before is None or (before.version, before.retired) <= (one.version, one.retired):
                rules[id_] = one
        elif line.strip() and not line.startswith("#"):
            span = Span(file, number, 1, number, len(line) + 1)
            if line.startswith(_CONFLICT):
                message, hint = "a merge conflict", "okta-access lock settles it"
                conflict.append(Problem(span, UNREADABLE, message, hint))
            else:
                message, hint = "no line of a lock", "expected: name version meaning id state"
                problems.append(Problem(span, UNREADABLE, message, hint))
    return Lock(rules, tuple(problems), tuple(conflict))
