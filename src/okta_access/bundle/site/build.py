"""The site: sources written below a scratch folder, made into HTML by Sphinx, given as bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from okta_access.assumptions.registry import assumptions
from okta_access.bundle.contents import Contents
from okta_access.bundle.coverage import Kind, Row, coverage
from okta_access.bundle.expected import expected
from okta_access.bundle.site import markdown as md
from okta_access.bundle.site.pages import (
    attack_page,
    codes_page,
    library_page,
    matrix_page,
    rules_page,
)
from okta_access.bundle.site.rule_page import RuleFacts, changes, read_source, rule_page
from okta_access.catalog.controls import load_controls
from okta_access.catalog.history import history
from okta_access.catalog.model import Catalog
from okta_access.errors import InputError, OktaAccessError
from okta_access.prove.evidence import Report
from okta_access.rules.collection import RuleSet
from okta_access.rules.fixtures import fixture_path, read_fixture
from okta_access.rules.model import Correlation

NEEDED = ("sphinx", "furo", "myst_parser", "sphinx_copybutton", "sphinx_click")
"""What the extra ``site`` installs."""

_CODES = "lint"
_LEFT_OUT = re.compile(r"^(?:\.buildinfo|objects\.inv|_sources/.*|.*\.pickle)$")


@dataclass(frozen=True, slots=True)
class SiteInput:
    """What the site tells of: rules as they are written, what came of them, the guides' folder.

    ``shown`` is what the first page shows at work: a command and what it printed.
    """

    title: str
    version: str
    rules: RuleSet
    catalog: Catalog
    contents: Contents
    report: Report
    guides: Path | None
    shown: tuple[str, str]


HOW_TO_INSTALL = "to have one, pip install 'okta-access-detections[site]'"


def can_build() -> bool:
    """Whether what the site is made with is installed (the extra ``site``)."""
    return all(find_spec(name) is not None for name in NEEDED)


def sources(site: SiteInput) -> dict[str, str]:
    """The pages in Markdown, by their path."""
    found = coverage(site.rules, site.catalog)
    rows = {row.rule: row for row in found.rows}
    proven = {one.rule: one for one in site.report.rules}
    pages = {
        "index.md": _index(site, sum(row.kind is not Kind.BASE for row in found.rows)),
        "matrix.md": matrix_page(found, site.catalog),
        "attack.md": attack_page(found),
        "lint-codes.md": codes_page(),
        "commands.md": _COMMANDS,
        "library.md": library_page(),
        "rules/index.md": rules_page(found.rows),
    }
    for rule in site.rules.all_rules:
        path = fixture_path(Path(rule.meta.file), rule.name)
        cases = read_fixture(path, site.catalog).cases if path.is_file() else ()
        referred = site.rules.referenced(rule) if isinstance(rule, Correlation) else ()
        facts = RuleFacts(
            rule,
            rows[rule.name],
            read_source(rule.meta.file),
            cases,
            proven.get(rule.name),
            [one for one in site.contents.translations if one.rule == rule.name],
            assumptions(),
            tuple(one.name for one in referred),
            expected(rule.meta),
            _controls(rows[rule.name]),
            changes(rule.meta, history()),
        )
        pages[f"rules/{rule.name}.md"] = rule_page(facts, site.catalog)
    return pages | _guides(site.guides)


def build(site: SiteInput) -> Mapping[str, bytes]:
    """The pages as files by their path. Raises where Sphinx warns: a link that leads nowhere, say.

    Nothing in them is loaded from elsewhere, and the same input gives the same bytes. Raises
    :class:`InputError` where what they are made with is not installed.
    """
    if not can_build():
        raise InputError("the site cannot be made", hint=HOW_TO_INSTALL)
    with TemporaryDirectory() as scratch:
        source, out = Path(scratch, "source"), Path(scratch, "html")
        for path, text in sources(site).items():
            file = source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        settings = files("okta_access.bundle.site") / "sphinx"
        named = {"project": site.title, "html_title": f"{site.title} {site.version}"}
        defined = [part for key, value in named.items() for part in ("-D", f"{key}={value}")]
        # A process of its own: what Sphinx registers stays for as long as its process lives.
        made = subprocess.run(
            [
                *(sys.executable, "-W", "ignore", "-m", "sphinx", "-q", "-j", "2", "--no-color"),
                *("-b", "html", "-c", str(settings), "-d", f"{scratch}/doctrees"),
                *(*defined, str(source), str(out)),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode or made.stderr:
            said = made.stderr.replace(scratch, "").strip()
            raise OktaAccessError(f"the site could not be built: {said}")
        return {
            name: path.read_bytes()
            for path in sorted(out.rglob("*"))
            if path.is_file() and not _LEFT_OUT.match(name := path.relative_to(out).as_posix())
        }


def _controls(row: Row) -> tuple[tuple[str, str], ...]:
    """The controls that a rule's events can be evidence for, by framework."""
    table = load_controls()
    found = table.of(row.event_types, row.fields)
    return tuple((table.frameworks[key], ", ".join(ids)) for key, ids in found.items())


def _guides(folder: Path | None) -> dict[str, str]:
    """The guides as they are; a title page lists them. Lint codes have a page of the site's own."""
    if folder is None or not folder.is_dir():
        return {"guides/index.md": "# Guides\n\nThis pack has none.\n"}
    found = {
        f"guides/{path.relative_to(folder).as_posix()}": _self_contained(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.md"))
        if path.name != "README.md" and path.parent != folder / _CODES
    }
    names = "\n".join(name.removeprefix("guides/") for name in found)
    listed = f"# Guides\n\n```{{toctree}}\n:titlesonly:\n\n{names}\n```\n"
    return {"guides/index.md": listed, **found}


_OUTSIDE = re.compile(r"\[([^\]]*)\]\(\.\./(?!\w+\.md#)[^)]*\)")
_FLOOR = re.compile(r'^    floor\d+\["([^"]*)"\]\n', re.MULTILINE)
_DRAWING = re.compile(r"```mermaid\n(.*?)```\n", re.DOTALL)


def _self_contained(guide: str) -> str:
    """A guide whose links stay in the folder, and whose picture needs no script."""
    return _DRAWING.sub(lambda found: md.bullets(_FLOOR.findall(found[1])), _unlinked(guide))


def _unlinked(guide: str) -> str:
    return _OUTSIDE.sub(r"\1", guide)


def _index(site: SiteInput, rules: int) -> str:
    command, printed = site.shown
    return f"""# {md.text(site.title)}

Release {md.text(site.version)}: {rules} detection rules over what Okta Identity Governance writes
about access requests, approval conditions, sequences, settings and reviews: Sigma sources, compiled
for Splunk and Elastic, each rule with its proof. Whoever can bend these can grant themselves
access.

**What is not proven.** Nobody has published a real event of these types. No query here has run on
a real Splunk, no rule was imported into a real Kibana.

## At work

A made-up company's week, with one intrusion in it:

```{{code-block}} console
:force:

$ {command}
```

{md.block(printed)}

```{{toctree}}
:hidden:
:titlesonly:

rules/index
matrix
attack
guides/index
lint-codes
commands
library
```
"""


_COMMANDS = """# Commands

```{eval-rst}
.. click:: okta_access.cli:cli
   :prog: okta-access
   :nested: full
```
"""
