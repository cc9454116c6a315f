"""Files to begin with: a rule and its fixture, or a repository of rules; all pass lint and test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from string import Template
from uuid import uuid4

from okta_access import __version__
from okta_access.api.editing import file_schemas
from okta_access.errors import InputError, Span

AUTHOR = "Your Name"
_SCHEMAS = ".vscode/schemas"
_REPOSITORY = {
    "okta-access.toml": "okta-access.toml",
    ".github/workflows/rules.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".vscode/settings.json": "editor.json",
    ".gitignore": "gitignore",
    "README.md": "README.md",
}


def rule_files(
    name: str, rules: Path, author: str, *, schemas: bool | None = None
) -> dict[Path, str]:
    """A rule of that name, and its fixture beside the folder of the rules.

    Where the schemas of the repository lie beside them (``schemas``; None: look), each names its
    own in the line that language servers for YAML read.
    """
    known = (rules.parent / _SCHEMAS).is_dir() if schemas is None else schemas
    values = {
        "title": name.replace("_", " ").title(),
        "id": str(uuid4()),
        "name": name,
        "author": json.dumps(author, ensure_ascii=False) if author != AUTHOR else author,
        "date": datetime.now(UTC).date().isoformat(),
    }
    return {
        rules / f"{name}.yml": _modeline("rule", known) + _filled("rule.yml", values),
        rules.parent / "fixtures" / f"{name}.yml": _modeline("fixture", known)
        + _filled("fixture.yml", {}),
    }


def repository_files(folder: Path, pack: str, name: str, author: str) -> dict[Path, str]:
    """A repository of rules under the id of a pack, its name and its author."""
    values = {
        "id": pack,
        "title": name,
        "name": json.dumps(name, ensure_ascii=False),
        "author": json.dumps(author, ensure_ascii=False),
        "version": __version__,
    }
    schemas = {
        folder / _SCHEMAS / f"{kind}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for kind, schema in file_schemas().items()
    }
    return {
        **{folder / path: _filled(template, values) for path, template in _REPOSITORY.items()},
        **schemas,
        **rule_files(f"{pack}_first_rule", folder / "rules", author, schemas=True),
    }


def write_new(texts: Mapping[Path, str]) -> None:
    """Write files, none of which may be there. Raises :class:`InputError` and OSError."""
    for path in texts:
        if path.exists():
            raise InputError("is there already", span=Span.whole(str(path)), hint="another name")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _modeline(kind: str, known: bool) -> str:
    return f"# yaml-language-server: $schema=../{_SCHEMAS}/{kind}.json\n" if known else ""


def _filled(template: str, values: Mapping[str, str]) -> str:
    text = files("okta_access.cli").joinpath("templates", template).read_text("utf-8")
    return Template(text).substitute(values)
