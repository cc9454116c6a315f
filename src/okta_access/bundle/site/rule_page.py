"""The page of one rule: what it means, what it is compiled to, what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from okta_access.assumptions.model import Assumption
from okta_access.bundle import coverage
from okta_access.bundle.coverage import Kind
from okta_access.bundle.expected import Weekly
from okta_access.bundle.site import markdown as md
from okta_access.bundle.site.examples import COLUMNS, history_rows, marked_event
from okta_access.catalog.history import Row
from okta_access.catalog.model import Catalog
from okta_access.company.loudness import loudness
from okta_access.compile.model import Translation, Verdict
from okta_access.prove.evidence import RuleEvidence
from okta_access.rules.fixtures import Case
from okta_access.rules.model import EventRule, Metadata, Rule, Runbook

_FIRST = (
    "**Generated events prove the queries, never the assumptions about Okta's data: nobody has"
    " published a real event of these types.**"
)
_TEXTS = {
    "splunk": "Splunk (SPL)",
    "elastic-lucene": "Elastic (Lucene)",
    "elastic-esql": "Elastic (ES|QL)",
    "elastic-eql": "Elastic (EQL)",
}
_IMPORTS = {"splunk-app": "Splunk app", "splunk-conf": "Splunk conf files", "kibana": "Kibana rule"}


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """All that a rule's page tells. ``source`` is the Sigma file as it is.

    ``weekly`` are alerts a week by made-up world, without worlds where there are none; None where
    nobody has counted. ``controls`` are ids by framework.
    """

    rule: Rule
    row: coverage.Row
    source: str
    cases: tuple[Case, ...]
    evidence: RuleEvidence | None
    translations: Sequence[Translation]
    assumptions: Mapping[str, Assumption]
    referred: tuple[str, ...]
    weekly: Mapping[str, Weekly] | None
    controls: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]


def rule_page(facts: RuleFacts, catalog: Catalog) -> str:
    """The page in Markdown."""
    parts = [_head(facts), _quiet(facts), _example(facts, catalog), _compiled(facts), _proof(facts)]
    return "\n".join(line for part in parts for line in part)


def changes(meta: Metadata, history: Iterable[Row]) -> tuple[str, ...]:
    """When a rule was written and changed, and what the history says of it."""
    dates = (("written", meta.date), ("changed", meta.modified))
    said = (
        ": ".join(part for part in (row.what, row.why) if part)
        for row in history
        if meta.name in row.rules
    )
    return (*(f"{word} {date}" for word, date in dates if date), *said)


def _head(facts: RuleFacts) -> Iterator[str]:
    meta = facts.rule.meta
    # No page of a rule is in the tree of all pages, which every page would repeat.
    yield "---\norphan: true\n---\n"
    yield f"# {md.text(meta.title)}\n"
    yield "[All rules](index.md) · [Matrix](../matrix.md)\n"
    yield f"{_FIRST}\n"
    yield md.table(
        ("level", "version", "modified", "kind", "status", "ATT&CK", "name", "id"),
        [
            (
                md.text(meta.level),
                str(meta.version),
                md.text(meta.modified or meta.date),
                md.text(facts.row.kind),
                md.text(meta.status),
                ", ".join(map(md.text, facts.row.techniques)) or "none claimed",
                md.code(meta.name),
                md.code(meta.id),
            )
        ],
    )
    yield "## What it says\n"
    yield from (f"{md.text(part)}\n" for part in meta.description.split("\n\n"))
    if facts.referred:
        yield "It judges, over time, the events of:\n"
        yield md.bullets(md.link(name, f"{name}.md") for name in facts.referred)
    yield f"Event types: {', '.join(map(md.code, facts.row.event_types))}\n"
    yield f"Fields: {', '.join(map(md.code, facts.row.fields))}\n"
    if meta.falsepositives:
        yield "## When it is wrong\n"
        yield md.bullets(map(md.text, meta.falsepositives))
    yield from _runbook(meta.runbook)
    yield "## What it takes for granted\n"
    yield _assumptions(facts) or "Nothing beyond the catalogue.\n"


def _runbook(book: Runbook | None) -> Iterator[str]:
    if book is not None:
        yield "## What to do about an alert\n"
        steps = {
            "First": book.first,
            f"Then ({book.window})": book.next,
            "Close it when": book.close,
            "Escalate when": book.escalate,
        }
        yield md.table(("", ""), [(md.text(step), md.text(said)) for step, said in steps.items()])


def _quiet(facts: RuleFacts) -> Iterator[str]:
    if facts.weekly is None:
        return
    found = loudness()
    company = f"{found.months} months of a made-up company of {found.people:,} people"
    yield "## How loud it is\n"
    if facts.weekly:
        worlds = [
            (md.text(world), f"{one.mean:.1f}", f"{one.loudest:.1f}")
            for world, one in facts.weekly.items()
        ]
        yield f"Alerts a week in {company}, without any intruder, by world:\n"
        yield md.table(("world", "mean", "loudest month"), worlds)
        yield "In all other worlds: none.\n"
    else:
        yield f"No alert in {company}, in any of its worlds.\n"
    yield "The guide *How quiet the rules are* tells of the worlds. Your own log says more:"
    yield "`okta-access backtest`.\n"


def _assumptions(facts: RuleFacts) -> str:
    known = facts.assumptions
    return md.table(
        ("", "assumption", "seen?", "where it does not hold"),
        [
            (id_, md.text(one.statement), md.text(one.state), md.text(one.otherwise))
            for id_ in facts.rule.meta.assumptions
            if (one := known.get(id_)) is not None
        ],
    )


def _example(facts: RuleFacts, catalog: Catalog) -> Iterator[str]:
    case = next((one for one in facts.cases if one.matches), None)
    if case is not None:
        yield "## An example\n"
        yield f"{md.text(case.why)} (made up, as all events here.)\n"
        if isinstance(facts.rule, EventRule) and len(case.events) == 1:
            marked = marked_event(facts.rule, case.events[0], catalog)
            yield md.block(marked.text, "json", marked.lines)
        else:
            rows = history_rows(case, catalog)
            yield md.table(
                ("published", "eventType", *COLUMNS), [tuple(map(md.text, row)) for row in rows]
            )
            if more := len(case.events) - len(rows):
                yield f"… and {more} more.\n"
    yield f"## The rule\n\n{md.block(facts.source, 'yaml')}"


def _compiled(facts: RuleFacts) -> Iterator[str]:
    found = {one.target: one for one in facts.translations}
    yield "## Compiled\n"
    for target, heading in _TEXTS.items():
        if target not in found:
            continue
        one = found[target]
        yield f"### {md.text(heading)}\n"
        yield f"{_verdict(one)}\n"
        if one.text is not None:
            yield md.block(one.text)
    rows = [
        (md.text(name), _verdict(found[target]))
        for target, name in _IMPORTS.items()
        if target in found
    ]
    yield md.table(("to import", "verdict"), rows)


def _verdict(one: Translation) -> str:
    note = f": {md.text(one.note)}" if one.note else ""
    word = "refused" if one.verdict is Verdict.REFUSED else one.verdict.value
    return f"**{word}**{note}"


def _proof(facts: RuleFacts) -> Iterator[str]:
    if facts.evidence is not None:
        yield "## What was run\n"
        yield md.table(
            ("check", "outcome", "cases", ""),
            [
                (md.text(c.name), md.text(c.outcome), f"{c.ran:,}", md.text(c.note or ""))
                for c in facts.evidence.checks
            ],
        )
        for intent in (c.by_intent for c in facts.evidence.checks if c.by_intent is not None):
            yield f"Of {intent.of} slips that matter, the cases below notice {intent.noticed}.\n"
            yield md.bullets(f"not noticed by them: {md.text(one)}" for one in intent.left)
    if facts.cases:
        yield "## Written by hand\n"
        yield md.table(
            ("why", "alerts"), [(md.text(case.why), str(case.alerts)) for case in facts.cases]
        )
    if facts.controls:
        yield "## Controls\n"
        yield "It can serve as evidence for these, and implements none:\n"
        yield md.bullets(f"{md.text(of)}: {md.text(ids)}" for of, ids in facts.controls)
    if facts.changes:
        yield "## Changes\n"
        yield md.bullets(map(md.text, facts.changes))
    if facts.rule.meta.references:
        yield "## References\n"
        yield md.bullets(md.link(one, one) for one in facts.rule.meta.references)


def order_of(row: coverage.Row) -> tuple[int, int, str]:
    """Detections and correlations first, the gravest first; then what feeds or only records."""
    kinds = [Kind.DETECTION, Kind.CORRELATION, Kind.NATIVE, Kind.AUDIT, Kind.BASE]
    grave = row.kind in (Kind.DETECTION, Kind.CORRELATION)
    return (0 if grave else 1 + kinds.index(row.kind), -row.level.rank, row.rule)


def read_source(file: str) -> str:
    """A rule file as it is."""
    return Path(file).read_text("utf-8")
