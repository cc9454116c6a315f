"""The pages on lint codes: ``python -m tests.lint_pages`` makes them of the checks' own words."""

from __future__ import annotations

from okta_access.lint.registry import Check, all_checks
from tests.floors import ROOT

FOLDER = ROOT / "docs" / "lint"
FAMILIES = {
    "OA0": "Files and YAML",
    "OA1": "Structure",
    "OA2": "Catalogue",
    "OA3": "Meaning",
    "OA4": "Portability",
    "OA5": "Metadata and ATT&CK",
    "OA6": "Tests",
    "OA7": "Settings",
    "OA8": "Lock",
    "OA9": "Suppressions",
}


def pages() -> dict[str, str]:
    """Every page by its name: the table of codes, and a page a code."""
    checks = all_checks().values()
    return {"README.md": _index()} | {f"{one.code}.md": _page(one) for one in checks}


def _index() -> str:
    lines = [
        "# Lint codes",
        "",
        "What `okta-access lint` finds, a page a code; `lint --explain CODE` prints the",
        "same. A comment `# okta-access: ignore OA206 -- reason` on a line, or on the line above,",
        "answers a finding there. Made by `python -m tests.lint_pages`.",
    ]
    for family, title in FAMILIES.items():
        lines += ["", f"## {title}", "| code | severity | finds |", "|---|---|---|"]
        lines += [
            f"| [{one.code}]({one.code}.md) | {one.severity} | {one.title} |"
            for one in all_checks().values()
            if one.code.startswith(family)
        ]
    return "\n".join(lines) + "\n"


def _page(check: Check) -> str:
    head = f"# {check.code}: {check.title}\n\nSeverity: {check.severity}"
    return f"{head}. [All codes](README.md)\n\n{check.documentation}\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
    for path in FOLDER.glob("*.md"):
        if path.name not in pages():
            path.unlink()
