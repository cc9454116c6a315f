"""The ATT&CK tags of the rules, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from okta_access.errors import Span
from okta_access.lint.documents import texts
from okta_access.lint.facts.structure import first_line
from okta_access.lint.run import Run
from okta_access.rules.reading.document import RuleDocument

_TECHNIQUE = re.compile(r"t\d{4}(\.\d{3})?")
_OTHER_OBJECT = re.compile(r"(g|s|m|ta|ds|c)\d{4}")  # groups, software, mitigations, …


class Kind(Enum):
    """What a tag names by its form."""

    TACTIC = auto()
    TECHNIQUE = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class AttackTag:
    """One tag `attack.<name>`: the name in lower case, and the tag as it is written."""

    name: str
    written: str
    kind: Kind
    span: Span


def attack_tags(document: RuleDocument) -> Iterator[AttackTag]:
    """The ATT&CK tags of a document, in its order."""
    for scalar in texts(document, "tags"):
        namespace, _, name = scalar.text.lower().partition(".")
        if namespace == "attack" and name:
            yield AttackTag(name, scalar.text, _kind(name), first_line(scalar.span))


def all_attack_tags(run: Run) -> Iterator[AttackTag]:
    """The ATT&CK tags of all documents."""
    yield from run.once(_all_attack_tags)


def _all_attack_tags(run: Run) -> tuple[AttackTag, ...]:
    return tuple(tag for document in run.documents for tag in attack_tags(document))


def _kind(name: str) -> Kind:
    if _TECHNIQUE.fullmatch(name):
        return Kind.TECHNIQUE
    return Kind.OTHER if _OTHER_OBJECT.fullmatch(name) else Kind.TACTIC
