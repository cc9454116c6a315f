"""Changes to an event that must not change a rule's verdict (docs/semantics.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from okta_access.catalog.model import EVENT_TYPE, PUBLISHED, UUID, Catalog, FieldType
from okta_access.catalog.template import Event
from okta_access.generate.assemble import put
from okta_access.generate.choices import Choices
from okta_access.rules.addresses import parse_address
from okta_access.rules.case import fold_char
from okta_access.rules.model import (
    Absent,
    Address,
    Cidr,
    EventRule,
    Pattern,
    Present,
    Test,
    atoms,
    fields_of,
)

_UNKNOWN_KEYS = ("zz_new", "_raw", "event_type", "okta")
_ANY_OF: dict[FieldType, tuple[Any, ...]] = {
    FieldType.BOOLEAN: (True, False, "true"),
    FieldType.IP: ("192.0.2.9", "2001:db8::9"),
}
Change = Callable[[Event, Choices], None]


class InertMaker:
    """Events that mean the same as a given one.

    Without a rule only what no rule can see is changed; with one also what this rule ignores: the
    case of letters, the notation of addresses, fields it does not read.
    """

    def __init__(self, event: Event, catalog: Catalog, rule: EventRule | None = None) -> None:
        self.event = event
        self.catalog = catalog
        self.tests = _tests_by_field(rule) if rule is not None else {}
        self.changes: list[Change] = [
            self._reorder,
            self._add_unknown_keys,
            self._version,
            self._empty,
            self._booleans,
            self._members,
        ]
        if rule is not None:
            self.changes += [self._letters, self._addresses, self._unread]

    def make(self, choices: Choices) -> Event:
        """The event, changed; by the first choices not at all."""
        event = deepcopy(self.event)
        for change in self.changes:
            if choices.chance(50):
                change(event, choices)
        return event

    def _reorder(self, event: Event, choices: Choices) -> None:
        for node in [event, *(value for value in event.values() if isinstance(value, dict))]:
            keys = [*node]
            cut = choices.index(len(keys))
            for key in (*keys[cut:], *reversed(keys[:cut])):
                node[key] = node.pop(key)

    def _add_unknown_keys(self, event: Event, choices: Choices) -> None:
        places = [
            event,
            *(event[k] for k in ("actor", "outcome") if isinstance(event.get(k), dict)),
        ]
        for place in places:
            key = choices.pick(_UNKNOWN_KEYS)
            if not any(path == key or path.startswith(f"{key}.") for path in self.tests):
                place[key] = choices.pick((None, "FAILURE", {"result": "DENY"}, [1], True))

    def _version(self, event: Event, _choices: Choices) -> None:
        if "version" not in self.tests:
            event["version"] = 0 if event.get("version") == "0" else "0"

    def _empty(self, event: Event, choices: Choices) -> None:
        """Nothing there in another way."""
        for field in self.catalog.fields.values():
            *above, leaf = field.steps
            here: Any = event
            for step in above:
                here = here.get(step) if isinstance(here, dict) else None
            if not isinstance(here, dict) or here.get(leaf) not in (None, "", []):
                continue
            how = choices.index(4)
            if how == 0:
                here.pop(leaf, None)
            else:
                here[leaf] = (None, "", [])[how - 1]

    def _booleans(self, event: Event, _choices: Choices) -> None:
        words: dict[Any, Any] = {True: "true", False: "false", "true": True, "false": False}
        for path, value in self._texts(event, FieldType.BOOLEAN):
            if isinstance(value, bool | str) and value in words:
                put(event, path, words[value])

    def _members(self, event: Event, choices: Choices) -> None:
        """More targets that say nothing new, in another order."""
        members = event.get("target")
        if not isinstance(members, list) or any(not isinstance(m, dict) for m in members):
            return
        copies = [deepcopy(member) for member in members[: choices.index(3)]]
        blank: list[Any] = [{}] if members and choices.chance(50) else []
        event["target"] = [*blank, *reversed(members), *copies]
        if "target" not in self.tests and not any(p.startswith("target.") for p in self.tests):
            event["target"] += [{"id": "o-x", "type": "User"}] if self.tests else []

    def _letters(self, event: Event, choices: Choices) -> None:
        for path, value in self._texts(event, FieldType.STRING, FieldType.ENUM):
            if isinstance(value, str) and self._ignores_case(".".join(path)):
                put(event, path, _other_case(value, choices))

    def _addresses(self, event: Event, choices: Choices) -> None:
        for path, value in self._texts(event, FieldType.IP):
            tests = self.tests.get(".".join(path), [])
            address = parse_address(value) if isinstance(value, str) else None
            if address is None or not all(_of_addresses(test) for test in tests):
                continue
            mapped = f"::ffff:{address}" if address.version == 4 else address.exploded
            put(event, path, choices.pick((str(address), mapped.upper(), mapped)))

    def _unread(self, event: Event, choices: Choices) -> None:
        for field in self.catalog.fields.values():
            if field.member or self._reads(field.path) or not choices.chance(30):
                continue
            put(event, field.steps, choices.pick((None, "", *_ANY_OF.get(field.type, ("x",)))))

    def _texts(self, event: Event, *types: FieldType) -> Iterator[tuple[tuple[str, ...], Any]]:
        for field in self.catalog.fields.values():
            if field.type not in types or field.member or field.path == EVENT_TYPE:
                continue
            here: Any = event
            for step in field.steps:
                here = here.get(step) if isinstance(here, dict) else None
            if here is not None:
                yield field.steps, here

    def _ignores_case(self, path: str) -> bool:
        return all(
            isinstance(test, Absent | Present) or (isinstance(test, Pattern) and not test.cased)
            for test in self.tests.get(path, [])
        )

    def _reads(self, path: str) -> bool:
        steps = path.split(".")
        above = {".".join(steps[: n + 1]) for n in range(len(steps))}
        return path in (EVENT_TYPE, UUID, PUBLISHED) or any(p in self.tests for p in above)


def _tests_by_field(rule: EventRule) -> dict[str, list[Test]]:
    found: dict[str, list[Test]] = {}
    for atom in atoms(rule.expr):
        for path in fields_of(atom):
            found.setdefault(path, []).append(atom.test)
    return found


def _of_addresses(test: Test) -> bool:
    return isinstance(test, Address | Cidr | Absent | Present)


def _other_case(text: str, choices: Choices) -> str:
    swapped = choices.pick((str.swapcase, str.upper, str.lower))(text)
    if len(swapped) != len(text):
        return text
    pairs = zip(text, swapped, strict=True)
    return "".join(new if fold_char(new) == fold_char(old) else old for old, new in pairs)
