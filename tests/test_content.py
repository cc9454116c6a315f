"""Which rules count: the checkout's own in a checkout, the packed ones in an installed wheel."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from okta_access import content

ROOT = Path(__file__).resolve().parent.parent
OURS = (ROOT / "pyproject.toml").read_bytes()
PLUGIN = "sigma/pipelines/okta_access"


def _folders_seen_from(package: Path) -> tuple[Path, Path]:
    """What a copy of the module answers that lies in this package folder."""
    package.mkdir(parents=True, exist_ok=True)
    module_file = Path(shutil.copy(content.__file__, package))
    spec = importlib.util.spec_from_file_location("content_elsewhere", module_file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.rules_dir(), module.fixtures_dir()


def test_in_this_checkout_its_own_files_count() -> None:
    assert (content.rules_dir(), content.fixtures_dir()) == (ROOT / "rules", ROOT / "fixtures")


def test_a_checkout_counts_before_a_stale_copy_in_the_package(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(OURS)
    package = tmp_path / "src" / "okta_access"
    (package / "_content" / "rules").mkdir(parents=True)
    assert _folders_seen_from(package) == (tmp_path / "rules", tmp_path / "fixtures")


def test_a_checkout_reached_by_a_link_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(OURS)
    (tmp_path / "src" / "okta_access").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "src")
    assert _folders_seen_from(link / "okta_access") == (tmp_path / "rules", tmp_path / "fixtures")


@pytest.mark.parametrize(
    "pyproject",
    [
        None,
        b"",
        b"name = [",
        b"\xff\xfe",
        b'[project]\nname = "another"\ndependencies = ["okta-access-detections"]\n',
    ],
    ids=["absent", "empty", "broken", "binary", "another project"],
)
def test_elsewhere_the_packed_copies_count(tmp_path: Path, pyproject: bytes | None) -> None:
    if pyproject is not None:
        (tmp_path / "pyproject.toml").write_bytes(pyproject)
    package = tmp_path / "src" / "okta_access"
    packed = package / "_content"
    assert _folders_seen_from(package) == (packed / "rules", packed / "fixtures")


def test_installed_below_a_checkout_the_packed_copies_count(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(OURS)
    package = tmp_path / "lib" / "okta_access"
    packed = package / "_content"
    assert _folders_seen_from(package) == (packed / "rules", packed / "fixtures")


def _built(kind: str, folder: Path) -> dict[str, bytes]:
    """The files of a wheel of this kind (``standard`` or ``editable``), built offline."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", f"wheel:{kind}", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _on_disk(folder: Path, prefix: str) -> dict[str, bytes]:
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_wheel_holds_package_content_and_plugin(tmp_path: Path) -> None:
    wheel = _built("standard", tmp_path)
    expected = {
        **_on_disk(ROOT / "src" / "okta_access", "okta_access"),
        **_on_disk(ROOT / "src" / "sigma" / "pipelines" / "okta_access", PLUGIN),
        **_on_disk(ROOT / "docs", "okta_access/_content/docs"),
        **_on_disk(ROOT / "rules", "okta_access/_content/rules"),
        **_on_disk(ROOT / "fixtures", "okta_access/_content/fixtures"),
    }
    assert {name: data for name, data in wheel.items() if ".dist-info/" not in name} == expected


def test_an_editable_wheel_holds_no_copy_at_all(tmp_path: Path) -> None:
    wheel = _built("editable", tmp_path)
    assert [name for name in wheel if ".dist-info/" not in name] == ["_okta_access_detections.pth"]
