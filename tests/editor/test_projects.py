"""Which project a file belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.content import rules_dir
from okta_access.editor.projects import Kind, project_of


@pytest.mark.parametrize(
    ("file", "root", "kind"),
    [
        ("/a/rules/b.yml", "/a", Kind.RULES),
        ("/a/rules/audit/b.yaml", "/a", Kind.RULES),
        ("/a/rules/rules/b.yml", "/a/rules", Kind.RULES),
        ("/a/fixtures/b.yml", "/a", Kind.FIXTURE),
        ("/a/fixtures/debugdata/b.yml", "/a", Kind.FIXTURE),
        ("/a/rules/fixtures/b.yml", "/a/rules", Kind.FIXTURE),
        ("/a/okta-access.toml", "/a", Kind.SETTINGS),
        ("/a/rules/defaults.toml", "/a", Kind.SETTINGS),
        ("/a/rules/other.toml", "/a", None),
        ("/a/rules/README.md", "/a", None),
        ("/a/fixtures/demo/week.jsonl", "/a", None),
    ],
)
def test_files_of_a_project(file: str, root: str, kind: Kind | None) -> None:
    project = project_of(Path(file))
    assert project is not None
    assert (project.root.as_posix(), project.kind(Path(file))) == (root, kind)


@pytest.mark.parametrize("file", ["/a/b.yml", "/rules.yml", "/a/pyproject.toml"])
def test_files_of_nobody(file: str) -> None:
    assert project_of(Path(file)) is None


def test_packs_and_settings_hold_as_for_lint(tmp_path: Path) -> None:
    project = project_of(tmp_path / "rules" / "a.yml", (tmp_path / "own.catalog",))
    assert project is not None
    assert (project.packaged, project.catalog_files()) == (None, project.catalogs)
    settings = tmp_path / "okta-access.toml"
    settings.write_text(
        '[rules]\npacks = ["debugdata"]\n[pack]\nid = "ours"\nname = "Our rules"\n'
        'version = "1.0.0"\nauthor = "us"\nextends = "packaged"\n'
    )
    pack = rules_dir() / "debugdata"
    assert project.settings == settings
    assert project.packaged == rules_dir()
    assert project.paths == (tmp_path / "rules", pack)
    assert project.catalog_files() == (*sorted(pack.glob("*.catalog")), *project.catalogs)


def test_a_file_of_a_pack_has_the_packs_catalogue(tmp_path: Path) -> None:
    own = tmp_path / "rules" / "debugdata"
    own.mkdir(parents=True)
    (own / "ours.catalog").touch()
    for file in (own / "a.yml", tmp_path / "fixtures" / "debugdata" / "a.yml"):
        project = project_of(file)
        assert project is not None
        assert project.catalog_files(file) == (own / "ours.catalog",)
        assert project.catalog_files() == ()
