"""A team's own rules beside the packaged ones: what is added, what is overridden.

A packaged rule is overridden by an own one that has its id and its name. A rule that has only one
of the two was hardly meant to: both rules stay, and the linter names the collision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from okta_access.catalog.model import Catalog
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.filters import Filter
from okta_access.rules.model import Rule
from okta_access.rules.reading.document import RuleDocument


def extended(own: RuleSet, base: RuleSet) -> RuleSet:
    """The rules of a base that are not overridden, and then the own ones.

    The base's own problems and missing inputs are nothing that the user can mend; they stay.
    """
    mine = _identities(own)
    documents = inherited(own, base)
    overridden = {one.file for one in base.documents} - {one.file for one in documents}
    rules = (*own.rules, *(rule for rule in base.rules if _of(rule) not in mine))
    names = {rule.name for rule in rules}
    return replace(
        own,
        files=(*(file for file in base.files if file not in overridden), *own.files),
        documents=(*documents, *own.documents),
        rules=rules,
        correlations=(
            *own.correlations,
            *(rule for rule in base.correlations if _of(rule) not in mine),
        ),
        context=tuple(rule for rule in own.context if rule.name not in names),
        problems=tuple(sorted({*base.problems, *own.problems})),
        missing=(*base.missing, *own.missing),
        filters=(*own.filters, *(one for one in base.filters if (one.name, one.id) not in mine)),
    )


def read_beside(paths: Sequence[Path], catalog: Catalog, base: Path | None) -> RuleSet:
    """Own rules alone; of a ``base`` that they extend, the documents that they do not override."""
    own = load_rules(paths, catalog, base)
    if base is None:
        return own
    return replace(own, inherited=inherited(own, load_rules([base], catalog)))


def inherited(own: RuleSet, base: RuleSet) -> tuple[RuleDocument, ...]:
    """The documents of a base that own rules do not override."""
    mine = _identities(own)
    return tuple(one for one in base.documents if not (_said([one]) & mine))


def _identities(rules: RuleSet) -> set[tuple[str, str]]:
    return _said(rules.documents)


def _said(documents: Iterable[RuleDocument]) -> set[tuple[str, str]]:
    """Name and id of each usable rule and filter."""
    found = (document.rule or document.filter for document in documents)
    return {_of(one) for one in found if one is not None}


def _of(one: Rule | Filter) -> tuple[str, str]:
    return one.name, one.id if isinstance(one, Filter) else one.meta.id
