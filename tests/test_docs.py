"""The docs hold together: every page is in the index, every path and link leads somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.floors import PAGE, ROOT, drawn, floors
from tests.picture import PICTURE
from tests.picture import drawn as drawn_picture

DOCS = ROOT / "docs"
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md")),
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
# A path from the top of the repository, in code marks.
NAMED = re.compile(
    r"`((?:src|tests|docs|rules|fixtures|bench|engines)/[\w./-]*|[\w-]+\.(?:toml|md|lock))`"
)
# A module by its path, from the top or within the package; a test by its path or its name alone.
MODULE = re.compile(r"`((?:[\w-]+/)+[\w-]+\.py|test_\w+\.py)`")
PACKAGE = ROOT / "src" / "okta_access"
# A user's own file, which the repository must not have.
USERS = {"okta-access.toml"}


def links(page: Path) -> list[Path]:
    found = (link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link)
    return [(page.parent / link).resolve() for link in found]


def test_the_index_lists_every_page() -> None:
    listed = DOCS / "lint"  # has an index of its own
    pages = {page for page in DOCS.rglob("*.md") if page.parent != listed} - {DOCS / "README.md"}
    pages.add(listed / "README.md")
    assert {link for link in links(DOCS / "README.md") if DOCS in link.parents} == pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [link for link in links(page) if not link.exists()] == []


@pytest.mark.parametrize("page", [PAGE, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_every_path_named_exists(page: Path) -> None:
    named = {*NAMED.findall(page.read_text("utf-8"))} - USERS
    assert named
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_module_named_exists(page: Path) -> None:
    tests = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    tops = {path.name for folder in (ROOT, PACKAGE) for path in folder.iterdir()}
    gone = {
        name
        for name in MODULE.findall(page.read_text("utf-8"))
        if ("/" not in name or name.split("/")[0] in tops)  # others are of other projects
        and name not in tests
        and not (ROOT / name).exists()
        and not (PACKAGE / name).exists()
    }
    assert gone == set()


def test_the_picture_of_the_floors_is_that_of_the_contract() -> None:
    page = PAGE.read_text("utf-8")
    assert drawn(page) == page


def test_every_room_of_the_floors_is_told_of() -> None:
    rows = re.findall(r"^\| `src/okta_access/(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    files = {"errors", "content", "store"}  # the ground floor, a module or two each
    assert {*rows} - {"api"} == {room for floor in floors() for room in floor} - files - {"api"}


def test_the_map_places_at_least_ten_kinds_of_change() -> None:
    changes = PAGE.read_text("utf-8").split("## Where a change belongs\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^\| an?(?:other)? .* \| .*`.*` \| .* \|$", changes, re.MULTILINE)) >= 10


def test_the_picture_is_what_the_program_prints() -> None:
    """`make picture` draws it anew."""
    picture = PICTURE.read_text("utf-8")
    assert picture == drawn_picture()
    assert {*re.findall(r"\w+://[^\s\"<]+", picture)} == {"http://www.w3.org/2000/svg"}
    assert "<script" not in picture


def test_the_sigma_command_of_the_readme_converts() -> None:
    """As it is printed: sigma-cli stops at the first rule that it cannot convert."""
    (line,) = re.findall(
        r"^sigma convert .*$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    program = Path(sys.executable).with_name("sigma")
    done = subprocess.run(
        [str(program), *shlex.split(line)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "eventType" in done.stdout) == (0, True), done.stderr
