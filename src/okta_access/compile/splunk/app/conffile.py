r"""Splunk's configuration files: written, and read back as Splunk's manual says they are read.

After the Admin Manual, "Configuration file structure": a stanza is a name in brackets on a line of
its own; a setting is ``key = value``; ``#`` at the start of a line is a comment; a backslash at
the end of a line continues the value on the next, and the line break stays in the value: so
searches keep their lines in Splunk's editor. A value is what is left after blanks around it are cut
off.

There are no escapes: a value that would not come back as it is, such as one with a line that could
open a stanza of its own, is refused. What was written is read back and compared before it is given
away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from okta_access.errors import OktaAccessError, Refused

_STANZA_NAME = re.compile(
    r"(?:[a-z_]+://)?[A-Za-z0-9_](?:[A-Za-z0-9_ .()-]*[A-Za-z0-9_)])?", re.ASCII
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*", re.ASCII)
_GOES_ON = re.compile(r"(?:  +[^ \[#]|\| ).*")  # a line that is no setting, stanza or comment


@dataclass(frozen=True, slots=True)
class Stanza:
    """A stanza with its settings, in order.

    Raises :class:`Refused` for a name or value that a configuration file cannot hold.
    """

    name: str
    settings: Mapping[str, str]

    def __post_init__(self) -> None:
        if not _STANZA_NAME.fullmatch(self.name):
            raise Refused(f"{self.name!r} cannot name a stanza of a configuration file")
        for key, value in self.settings.items():
            if not _KEY.fullmatch(key):
                raise Refused(f"{key!r} cannot be a key of a configuration file")
            fault = _fault(value)
            if fault is not None:
                raise Refused(f"`{key}` of a configuration file would {fault}")


def written(comment: str, stanzas: Iterable[Stanza]) -> bytes:
    """A configuration file of these stanzas, which must have different names.

    >>> written("# Made.", [Stanza("a", {"k": "v"})])
    b'# Made.\\n\\n[a]\\nk = v\\n'
    """
    known = list(stanzas)
    parts = [comment, *(_stanza_text(stanza) for stanza in known)]
    text = "\n\n".join(parts) + "\n"
    if read(text) != [(stanza.name, dict(stanza.settings)) for stanza in known]:
        raise OktaAccessError("a configuration file does not read back as it was meant")
    return text.encode()


def read(text: str) -> list[tuple[str, dict[str, str]]]:
    r"""The stanzas of a configuration file; settings before the first are of no stanza, "".

    Written for reading back what is written here; of a key that stands twice the last counts.

    >>> read("[a]\nk = one \\\n  two\n# no\nl=1")
    [('a', {'k': 'one \n  two', 'l': '1'})]
    """
    found: list[tuple[str, dict[str, str]]] = [("", {})]
    lines = iter(text.split("\n"))
    for line in lines:
        stripped = line.strip(" \t\r")
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.startswith("[") and stripped.endswith("]"):
            found.append((stripped[1:-1], {}))
            continue
        key, _, value = stripped.partition("=")
        while value.endswith("\\"):
            value = value[:-1] + "\n" + next(lines, "")
        found[-1][1][key.strip(" \t")] = value.strip(" \t\r\n")
    return found if found[0][1] else found[1:]


def _stanza_text(stanza: Stanza) -> str:
    lines = [f"{key} = {value}" if value else f"{key} =" for key, value in stanza.settings.items()]
    return "\n".join([f"[{stanza.name}]", *(line.replace("\n", "\\\n") for line in lines)])


def _fault(value: str) -> str | None:
    """What a configuration file would do to a value, if not keep it."""
    lines = value.split("\n")
    odd = next((char for line in lines for char in line if not char.isprintable()), None)
    if odd is not None:
        return f"hold U+{ord(odd):04X}, which is no visible character"
    if value != value.strip():
        return "lose the blanks around it"
    if not all(map(_GOES_ON.fullmatch, lines[1:])):
        return "hold a line that could be read as a setting or stanza of its own"
    if any(line.endswith("\\") for line in lines):
        return "continue with the next line after its last backslash"
    return None
