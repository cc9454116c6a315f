"""What the word at the cursor means, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from okta_access.assumptions.model import Assumption
from okta_access.assumptions.registry import assumptions
from okta_access.catalog.attack import load_attack, technique_ids
from okta_access.catalog.model import Catalog, EventType, Field
from okta_access.editor.cursor import Cursor, Side, cursor_at
from okta_access.editor.modifiers import MEANINGS
from okta_access.editor.text import Text
from okta_access.lint.registry import Check, all_checks

_CODE = re.compile(r"\bOA\d{3}\b")
_STATES = {
    "unseen": "seen on no real tenant yet",
    "verified": "verified",
    "contradicted": "contradicted",
}


@dataclass(frozen=True, slots=True)
class Hover:
    """What a stretch of the text means, from ``start`` to ``end`` in code points."""

    markdown: str
    start: int
    end: int


def hover(text: Text, offset: int, catalog: Catalog) -> Hover | None:
    """What stands at an offset of a rule or a fixture: a field, an event type, a modifier, a code.

    None for any other word.
    """
    cursor = cursor_at(text, offset)
    code = next((one for one in _codes(text, offset) if one.start <= offset <= one.end), None)
    if code is not None or cursor.comment:
        return code
    meaning = _meaning(cursor, catalog)
    return Hover(meaning, cursor.start, cursor.end) if meaning is not None else None


def _meaning(cursor: Cursor, catalog: Catalog) -> str | None:
    word = cursor.word
    if cursor.side is Side.KEY and cursor.parts:
        return f"**{word}**\n\n{MEANINGS[word]}" if word in MEANINGS else None
    field = catalog.field(word)
    if field is not None:
        return field_words(field)
    if word in catalog.events:
        return event_type_words(catalog.events[word])
    if cursor.path[-1:] == ("assumptions",) and word in assumptions():
        return assumption_words(assumptions()[word])
    if cursor.path[-1:] == ("tags",):
        return attack_words(word)
    return None


def field_words(field: Field) -> str:
    """A field: its type, whether it may be null, what it holds, and where products keep it.

    >>> from okta_access.catalog.load import load_catalog
    >>> print(field_words(load_catalog().fields["eventType"]))
    **eventType** · string · never null
    <BLANKLINE>
    What happened; exact and lower case.
    <BLANKLINE>
    Splunk `eventType` · Elastic `okta.event_type`
    """
    null = "may be null" if field.nullable else "never null"
    many = " · of each member of a list" if field.member else ""
    parts = [f"**{field.path}** · {field.type} · {null}{many}", field.description]
    if field.values:
        parts.append("Known values: " + ", ".join(f"`{one}`" for one in field.values))
    parts.append(f"Splunk `{field.splunk}` · Elastic `{field.elastic}`")
    return "\n\n".join(parts)


def event_type_words(one: EventType) -> str:
    """An event type: what happened, and since which release of Okta it is written."""
    return (
        f"**{one.name}** · {one.family} · since Okta {one.release}\n\n{one.description}"
        f"\n\n[Okta's reference]({one.reference})"
    )


def assumption_words(one: Assumption) -> str:
    """An assumption of the ledger: its statement, its state, and what it is for."""
    return (
        f"**{one.id}** · {_STATES[one.state]}\n\n{one.statement}\n\nSpeaks for it: {one.upheld}"
        f"\n\nAgainst it: {one.contradicted}\n\nWhere it does not hold, {one.otherwise}."
    )


def attack_words(tag: str) -> str | None:
    """A tag of ATT&CK: the tactic or technique, with its name where rules here can tag it.

    >>> attack_words("attack.stealth")
    '**TA0005** Stealth'
    >>> attack_words("attack.nothing") is None
    True
    """
    attack, name = load_attack(), tag.removeprefix("attack.")
    tactic = attack.tactic(name)
    if tactic is not None:
        return f"**{tactic.id}** {tactic.name}"
    id_ = name.upper()
    technique = attack.technique(id_)
    if technique is not None:
        tactics = ", ".join(attack.tactics[one].name for one in technique.tactics)
        return f"**{technique.id}** {technique.name}\n\nTactics: {tactics}"
    if id_ in attack.successors:
        return f"**{id_}** was revoked in version 19; its successor is {attack.successors[id_]}"
    if id_ in technique_ids():
        return f"**{id_}** is a technique of version 19 that no event of the catalogue can show"
    return None


def check_words(one: Check) -> str:
    """A code of the linter, as ``lint --explain`` says it."""
    return f"**{one.code}** ({one.severity}): {one.title}\n\n{one.documentation}"


def _codes(text: Text, offset: int) -> Iterator[Hover]:
    """The codes of the linter in the line of an offset."""
    number = text.line_at(offset)
    start = text.start_of(number)
    for found in _CODE.finditer(text.line(number)):
        check = all_checks().get(found[0])
        if check is not None:
            yield Hover(check_words(check), start + found.start(), start + found.end())
