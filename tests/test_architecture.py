"""The floors of the house: imports go downwards only, and neighbours do not know each other."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "okta_access"
PLUGIN = "sigma.pipelines.okta_access"

# From the ground up, as the design draws them; what stands on one line are neighbours.
FLOORS = (
    ("errors", "content", "store", "reporting"),
    ("catalog",),
    ("rules",),
    ("assumptions",),
    ("company", "compile", "generate", "matching", "lint", "logs", "spl", "cluster"),
    ("prove", "scan"),
    ("bundle", "backtest", "casefile", "deploy", "editor"),
    ("difference",),
    ("api",),
    ("cli",),
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}

# Who may import these; everyone else works on our own model of a rule.
READERS = {
    "yaml": {"catalog", "prove", "rules"},
    "sigma": {"rules", "compile", "lint"},
    "jinja2": {"casefile"},
    "hypothesis": {"generate", "prove"},
    "tree_sitter": {"rules"},
    "tree_sitter_toml": {"rules"},
    "urllib3": {"deploy"},
    "pygls": {"editor"},
    "lsprotocol": {"editor"},
}


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judges the package under ``folder/src`` by the contracts of ``folder/pyproject.toml``."""
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def _house(folder: Path, imports: dict[str, list[str]]) -> Path:
    """An empty house of the same rooms, with these imports in it, under our own contracts."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in [*(f"okta_access.{room}" for room in HEIGHT), PLUGIN]:
        room = folder / "src" / Path(*name.split("."))
        room.mkdir(parents=True)
        lines = [f"import {imported}\n" for imported in imports.get(name, [])]
        (room / "__init__.py").write_text("".join(lines))
    (folder / "src" / "okta_access" / "__init__.py").write_text("import okta_access.api\n")
    return folder


def test_the_floors_hold() -> None:
    judged = _lint_imports(ROOT)
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_every_import_upwards_or_sideways_would_be_seen(tmp_path: Path) -> None:
    forbidden = {
        (f"okta_access.{room}", f"okta_access.{other}")
        for room in HEIGHT
        for other in HEIGHT
        if room != other and HEIGHT[other] >= HEIGHT[room]
    }
    imports: dict[str, list[str]] = {}
    for importer, imported in forbidden:
        imports.setdefault(importer, []).append(imported)
    judged = _lint_imports(_house(tmp_path, imports))
    seen = re.findall(r"^(\S+) is not allowed to import (\S+):$", judged.stdout, re.MULTILINE)
    assert {pair for pair in seen if PLUGIN not in pair} == forbidden


def test_every_import_downwards_is_allowed(tmp_path: Path) -> None:
    imports = {
        f"okta_access.{room}": [
            f"okta_access.{lower}" for lower in HEIGHT if HEIGHT[lower] < HEIGHT[room]
        ]
        for room in HEIGHT
    }
    imports[PLUGIN] = [f"okta_access.{room}" for room in ("compile", "rules", "catalog", "errors")]
    judged = _lint_imports(_house(tmp_path, imports))
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("importer", "imported"),
    [(f"okta_access.{room}", PLUGIN) for room in ("cli", "compile")]
    + [(PLUGIN, f"okta_access.{room}") for room in ("cli", "scan", "matching")],
)
def test_the_plugin_stands_on_the_compilers_alone(
    tmp_path: Path, importer: str, imported: str
) -> None:
    judged = _lint_imports(_house(tmp_path, {importer: [imported]}))
    assert judged.returncode != 0
    assert re.search(
        rf"^- +{re.escape(importer)} -> {re.escape(imported)} ", judged.stdout, re.MULTILINE
    )


def test_every_room_of_the_house_is_on_a_floor() -> None:
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert rooms - {"__init__"} == set(HEIGHT)


def _imports() -> Iterator[tuple[str, Path]]:
    """Every import in the package: the top-level name imported, and the file that does it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name.partition(".")[0], path.relative_to(PACKAGE)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0], path.relative_to(PACKAGE)


@pytest.mark.parametrize("library", READERS)
def test_few_rooms_know_the_library(library: str) -> None:
    users = {path.parts[0] for name, path in _imports() if name == library}
    assert users <= READERS[library]


def test_one_lint_module_at_most_knows_pysigma() -> None:
    users = {path for name, path in _imports() if name == "sigma" and path.parts[0] == "lint"}
    assert len(users) <= 1


def test_sigma_stays_a_namespace() -> None:
    """An ``__init__.py`` of ours there would hide pySigma itself."""
    namespace = ROOT / "src" / "sigma"
    assert not (namespace / "__init__.py").exists()
    assert not (namespace / "pipelines" / "__init__.py").exists()
