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

from okta_access.assumptions.known import load_assumptions
from okta_access.bundle.contents import Contents
from okta_access.bundle.coverage import Kind, coverage
from okta_access.bundle.site import markdown as md
from okta_access.bundle.site.pages import attack_page, codes_page, matrix_page, rules_page
from okta_access.bundle.site.rule_page import RuleFacts, read_source, rule_page
from okta_access.catalog.model import Catalog
from okta_access.errors import OktaAccessError
from okta_access.prove.evidence import Report
from okta_access.rules.collection import RuleSet
from okta_access.rules.fixtures import fixture_path, read_fixture
from okta_access.rules.model import Correlation

NEEDED = ("sphinx", "furo", "myst_parser", "sphinx_copybutton", "sphinx_click")
"""What the extra ``site`` installs."""

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
            load_assumptions(),
            tuple(one.name for one in referred),
        )
        pages[f"rules/{rule.name}.md"] = rule_page(facts, site.catalog)
    return pages | _guides(site.guides)


def build(site: SiteInput) -> Mapping[str, bytes]:
    """The pages as files by their path. Raises where Sphinx warns: a link that leads nowhere, say.

    Nothing in them is loaded from elsewhere, and the same input gives the same bytes.
    """
    with TemporaryDirectory() as scratch:
        source, out = Path(scratch, "source"), Path(scratch, "html")
        for path, text in sources(site).items():
            file = source / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        settings = files("okta_access.bundle.site") / "sphinx"
        named = {"project": site.title, "version": site.version, "release": site.version}
        defined = [part for key, value in named.items() for part in ("-D", f"{key}={value}")]
        # A process of its own: what Sphinx registers stays for as long as its process lives.
        made = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "sphinx", "-q", "--no-color", "-b", "html"]
            + ["-c", str(settings), "-d", f"{scratch}/doctrees", *defined, str(source), str(out)],
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


def _guides(folder: Path | None) -> dict[str, str]:
    """The guides as they are; a title page lists them."""
    if folder is None or not folder.is_dir():
        return {"guides/index.md": "# Guides\n\nThis pack has none.\n"}
    found = {
        f"guides/{path.relative_to(folder).as_posix()}": path.read_text("utf-8")
        for path in sorted(folder.rglob("*.md"))
        if path.name != "README.md"
    }
    names = "\n".join(name.removeprefix("guides/") for name in found)
    listed = f"# Guides\n\n```{{toctree}}\n:titlesonly:\n\n{names}\n```\n"
    return {"guides/index.md": listed, **found}


def _index(site: SiteInput, rules: int) -> str:
    command, printed = site.shown
    return f"""# {md.text(site.title)}

{rules} detection rules over what Okta Identity Governance writes about access requests, approval
conditions, sequences, settings and reviews: Sigma sources, compiled for Splunk and Elastic, each
rule with its proof. Whoever can bend these can grant themselves access.

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
```
"""


_COMMANDS = """# Commands

```{eval-rst}
.. click:: okta_access.cli:cli
   :prog: okta-access
   :nested: full
```
"""
