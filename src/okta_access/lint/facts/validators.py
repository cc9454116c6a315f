"""pySigma's validators, and SigmaHQ's where they are installed, run without a network.

pySigma's rule objects and what its validators say of them stay in this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from okta_access.errors import Span
from okta_access.lint.documents import place
from okta_access.lint.facts.structure import first_line, is_well_formed
from okta_access.lint.findings import Issue
from okta_access.lint.run import Run
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.reading.source import Mapping, Node, Scalar, Sequence, plain

if TYPE_CHECKING:
    from sigma.correlations import SigmaCorrelationRule
    from sigma.rule import SigmaRule
    from sigma.validators.base import SigmaRuleValidator, SigmaValidationIssue

    AnyRule = SigmaRule | SigmaCorrelationRule

SIGMAHQ = "sigma.validators.sigmahq"
PYSIGMA = "sigma.validators.core"
MAX_VALUES = 2_000

# Named one by one: some of the others load data from the network, some say what a check here says
# with a place, and some contradict each other (two versions of TLP).
CHOSEN = {
    PYSIGMA: (
        "all_of_them_condition",
        "cartag",
        "cvetag",
        "detection_tag",
        "double_wildcard",
        "escaped_wildcard",
        "namespace_tag",
        "stptag",
        "them_condition_with_single_detection",
        "tlptag",
        "wildcards_instead_of_modifiers",
    ),
    SIGMAHQ: (
        "sigmahq_author_existence",
        "sigmahq_correlation_group_by_existence",
        "sigmahq_correlation_rules_minimum",
        "sigmahq_date_existence",
        "sigmahq_description_existence",
        "sigmahq_description_length",
        "sigmahq_falsepositives_banned_word",
        "sigmahq_falsepositives_capital",
        "sigmahq_falsepositives_typo_word",
        "sigmahq_field_duplicate_value",
        "sigmahq_github_link",
        "sigmahq_invalid_all_modifier",
        "sigmahq_link_in_description",
        "sigmahq_missing_asterisk_condition",
        "sigmahq_mitre_link",
        "sigmahq_modified_without_date",
        "sigmahq_ofselection_condition",
        "sigmahq_ofthem_condition",
        "sigmahq_redundant_modified",
        "sigmahq_space_field_name",
        "sigmahq_status",
        "sigmahq_status_existence",
        "sigmahq_status_to_high",
        "sigmahq_title_case",
        "sigmahq_title_end",
        "sigmahq_title_length",
        "sigmahq_title_start",
        "sigmahq_unsupported_regex_group_construct",
    ),
}


def issues_of(package: str, run: Run) -> Iterator[Issue]:
    """What the chosen validators of a package say; nothing where it is not installed.

    Only rules that were read and have the right form are shown to them: on others they raise. On
    very long lists they take their time, and a rule of so many values is not shown either.
    """
    rules = run.once(_sigma_rules)
    if not rules or find_spec(package) is None:
        return
    known: dict[str, type[SigmaRuleValidator]] = import_module(package).validators
    by_rule = {id(rule): document for rule, document in rules}
    for name in CHOSEN[package]:
        if name not in known:  # left out by another version of the package
            continue
        validator = known[name]()
        for rule, _ in rules:
            yield from _issues(name, validator.validate(rule), by_rule)
        yield from _issues(name, validator.finalize(), by_rule)


def _sigma_rules(run: Run) -> tuple[tuple[AnyRule, RuleDocument], ...]:
    return tuple(
        (rule, document)
        for document in run.documents
        if document.rule is not None
        and is_well_formed(document)
        and sum(1 for _ in islice(_scalars(document.tree), MAX_VALUES)) < MAX_VALUES
        if (rule := _sigma_rule(document)) is not None
    )


def _sigma_rule(document: RuleDocument) -> AnyRule | None:
    from sigma.correlations import SigmaCorrelationRule
    from sigma.exceptions import SigmaError, SigmaRuleLocation
    from sigma.rule import SigmaRule

    tree = plain(document.tree)
    source = SigmaRuleLocation(Path(document.file))
    try:
        if "correlation" in tree:
            return SigmaCorrelationRule.from_dict(tree, source=source)
        return SigmaRule.from_dict(tree, source=source)
    except SigmaError:
        return None  # what pySigma cannot read, a check of ours has named


def _issues(
    name: str, found: Iterable[SigmaValidationIssue], by_rule: dict[int, RuleDocument]
) -> Iterator[Issue]:
    for issue in found:
        details = [
            str(getattr(issue, field.name)) for field in fields(issue) if field.name != "rules"
        ]
        for rule in issue.rules:
            document = by_rule.get(id(rule))
            if document is not None:
                said = " ".join(issue.description.split()).rstrip(".")
                shown = f": {', '.join(details)}" if details and len(details[0]) < 80 else ""
                yield Issue(_place(document, name, details), f"{said}{shown}")


def _place(document: RuleDocument, name: str, details: list[str]) -> Span:
    """The value that an issue quotes, else the key that the validator's name names."""
    for scalar in _scalars(document.tree):
        if scalar.text and scalar.text in details:
            return first_line(scalar.span)
    if isinstance(document.tree, Mapping):
        detection = document.tree.get("detection")
        keys = (document.tree, detection) if isinstance(detection, Mapping) else (document.tree,)
        for mapping in keys:
            for entry in mapping.entries:
                if entry.name in name:
                    return entry.key.span
    return place(document, "detection")


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Mapping(entries):
            for entry in entries:
                yield from _scalars(entry.value)
        case Sequence(members):
            for member in members:
                yield from _scalars(member)
