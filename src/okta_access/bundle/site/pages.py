"""The pages that lead to the rules: the list, the matrix, ATT&CK, lint codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import okta_access
from okta_access.bundle.coverage import Coverage, Kind, Row
from okta_access.bundle.site import markdown as md
from okta_access.bundle.site.rule_page import order_of
from okta_access.catalog.attack import load_attack
from okta_access.catalog.model import Catalog
from okta_access.lint.registry import all_checks


def rules_page(rows: Iterable[Row]) -> str:
    """All rules, each with a line of what it is, those that alert first."""
    found = sorted(rows, key=order_of)
    headings = {
        "Detections and correlations": [
            row for row in found if row.kind in (Kind.DETECTION, Kind.CORRELATION)
        ],
        "Native rules of the SIEMs": [row for row in found if row.kind is Kind.NATIVE],
        "Audit rules: one an event type, informational": [
            row for row in found if row.kind is Kind.AUDIT
        ],
        "Bases: they feed correlations and never alert": [
            row for row in found if row.kind is Kind.BASE
        ],
    }
    parts = ["# Rules\n"]
    for heading, mine in headings.items():
        if mine:
            parts += [f"## {heading}\n", _listed(mine)]
    return "\n".join(parts)


def _listed(rows: Sequence[Row]) -> str:
    return md.table(
        ("level", "rule", "ATT&CK"),
        [
            (
                md.text(row.level),
                md.text(row.title) if row.kind is Kind.NATIVE else md.link(row.title, _page(row)),
                ", ".join(map(md.text, row.techniques)),
            )
            for row in rows
        ],
    )


def matrix_page(found: Coverage, catalog: Catalog) -> str:
    """Every rule with its event types and fields; a script filters the rows where one may run."""
    head = "".join(
        f'<th scope="col">{escape(word)}</th>'
        for word in ("rule", "level", "kind", "event types", "fields", "ATT&CK")
    )
    body = "\n".join(_matrix_row(row) for row in sorted(found.rows, key=order_of))
    gaps = md.table(
        ("about", "what", "why"),
        [(md.code(gap.about), md.text(gap.what), md.text(gap.reason)) for gap in found.gaps],
    )
    return f"""---
hide-toc: true
---

# Matrix

{len(found.rows)} rules, {len(catalog.events)} event types, {len(catalog.fields)} fields. Words of
the filter must all stand in a row: `sequence high`, or `isProxy medium`.

```{{raw}} html
<div class="matrix">
<label for="matrix-filter">Filter rows</label>
<input id="matrix-filter" type="search" autocomplete="off">
<p id="matrix-count" role="status"></p>
<div class="matrix-scroll" tabindex="0" role="region" aria-label="Rules by event type and field">
<table class="docutils" id="matrix-table">
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
</div>
</div>
```

## What no rule covers

{gaps}"""


def _matrix_row(row: Row) -> str:
    name = escape(row.rule)
    label = name if row.kind is Kind.NATIVE else f'<a href="rules/{name}.html">{name}</a>'
    types = [one.removeprefix("access.") for one in row.event_types]
    cells = [
        label,
        escape(row.level),
        escape(row.kind),
        _words(types) if len(types) < _MANY else f"{len(types)} types",
        _words(row.fields),
        _words(row.techniques),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


_MANY = 12


def _words(words: Iterable[str]) -> str:
    return "<br>".join(escape(word) for word in words)


_ATTACK = """\
Version 19. A tag says what the behaviour would serve, not that an attack was seen. The layer for
ATT&CK Navigator is `coverage/navigator.json` of the release.
"""


def attack_page(found: Coverage) -> str:
    """The techniques that rules name, each with its rules; the layer for Navigator is beside it."""
    known = load_attack()
    parts = [
        "# ATT&CK\n",
        _ATTACK,
    ]
    for id_, rows in found.techniques().items():
        technique = known.techniques.get(id_)
        name = f"{id_} {technique.name}" if technique else id_
        tactics = ", ".join(technique.tactics) if technique else ""
        parts += [
            f"## {md.text(name)}\n",
            f"Tactics: {md.text(tactics)}\n" if tactics else "",
            md.bullets(
                f"{md.text(row.level)}: "
                + (
                    md.text(row.title)
                    if row.kind is Kind.NATIVE
                    else md.link(row.title, f"rules/{_page(row)}")
                )
                for row in sorted(rows, key=order_of)
            ),
        ]
    return "\n".join(parts)


def codes_page() -> str:
    """What the linter can say: each code with its documentation."""
    parts = ["# Lint codes\n"]
    for check in all_checks().values():
        parts += [
            f"## {check.code}: {md.text(check.title)}\n",
            f"Severity: {md.text(check.severity)}\n",
            md.block(check.documentation),
        ]
    return "\n".join(parts)


def library_page() -> str:
    """All that ``okta_access`` exports, from its docstrings."""
    public = [name for name in okta_access.__all__ if name != "__version__"]
    functions = [name for name in public if name.islower()]
    parts = [
        "# Library reference\n",
        "All that is public; everything else may change in any release.\n",
    ]
    for heading, names in {
        "Functions": functions,
        "Values and errors": [name for name in public if name not in functions],
    }.items():
        kind = "autofunction" if names is functions else "autoclass"
        parts.append(f"## {heading}\n")
        parts += [f"```{{eval-rst}}\n.. {kind}:: okta_access.{name}\n```\n" for name in names]
    return "\n".join(parts)


def _page(row: Row) -> str:
    return f"{row.rule}.md"
