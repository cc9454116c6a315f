"""The cache folder: what is kept comes back whole, or not at all; and never an error."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.store import folder

KEY, OTHER = b"\x01" * 32, b"\x02" * 32
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that does not exist yet."""
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def only_file(place: Path) -> Path:
    (found,) = place.iterdir()
    return found


def test_what_is_kept_comes_back(place: Path) -> None:
    assert folder.read("rules", KEY) is None
    assert folder.write("rules", KEY, b"content")
    assert folder.read("rules", KEY) == b"content"
    assert folder.read("rules", OTHER) is None
    assert folder.read("lint", KEY) is None
    assert folder.write("rules", KEY, b"")
    assert folder.read("rules", KEY) == b""


def test_it_is_the_users_own(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE(only_file(place).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"HOME": "/a/home"}, "/a/home/.cache/okta-access"),
        ({"HOME": "/a/home", "XDG_CACHE_HOME": "/var/c"}, "/var/c/okta-access"),
        ({"HOME": "/a/home", "XDG_CACHE_HOME": "relative"}, "/a/home/.cache/okta-access"),
        ({"HOME": "/a/home", "OKTA_ACCESS_CACHE": ""}, "/a/home/.cache/okta-access"),
        ({"XDG_CACHE_HOME": "/var/c", "OKTA_ACCESS_CACHE": "/mine"}, "/mine"),
        ({"XDG_CACHE_HOME": "/var/c", "OKTA_ACCESS_CACHE": "off"}, None),
        ({"XDG_CACHE_HOME": "/var/c", "OKTA_ACCESS_CACHE": "OFF"}, None),
    ],
)
def test_where_it_lies(
    variables: dict[str, str], expected: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_CACHE_HOME", "OKTA_ACCESS_CACHE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert folder.folder() == (Path(expected) if expected else None)


def test_off_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(folder.VARIABLE, "off")
    assert not folder.write("rules", KEY, b"content")
    assert folder.read("rules", KEY) is None
    assert [*tmp_path.iterdir()] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_torn_or_changed_file_is_not_there(place: Path, data: st.DataObject) -> None:
    folder.write("rules", KEY, b"the content")
    file = only_file(place)
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(
        st.sampled_from(
            [whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], whole + b"x"]
        )
    )
    file.write_bytes(changed)
    assert folder.read("rules", KEY) is None
    assert folder.write("rules", KEY, b"again")
    assert folder.read("rules", KEY) == b"again"


def test_a_file_under_anothers_name_is_not_there(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    only_file(place).rename(place / f"okta-access-rules-{OTHER.hex()}.kept")
    assert folder.read("rules", OTHER) is None


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_open_to_others_is_not_used(place: Path, mode: int) -> None:
    place.mkdir()
    place.chmod(mode)
    assert not folder.write("rules", KEY, b"content")
    assert [*place.iterdir()] == []
    place.chmod(0o700)
    folder.write("rules", KEY, b"content")
    place.chmod(mode)
    assert folder.read("rules", KEY) is None


def test_a_file_open_to_others_is_not_read(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    only_file(place).chmod(0o620)
    assert folder.read("rules", KEY) is None


@as_root
def test_what_others_own_is_not_used(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    os.chown(only_file(place), 12345, 12345)
    assert folder.read("rules", KEY) is None
    os.chown(only_file(place), 0, 0)
    assert folder.read("rules", KEY) == b"content"
    os.chown(place, 12345, 12345)
    assert folder.read("rules", KEY) is None
    assert not folder.write("rules", OTHER, b"content")


def test_links_are_not_followed(place: Path, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    place.symlink_to(real)
    assert not folder.write("rules", KEY, b"content")
    assert [*real.iterdir()] == []
    place.unlink()
    folder.write("rules", KEY, b"content")
    file = only_file(place)
    file.rename(real / "elsewhere")
    file.symlink_to(real / "elsewhere")
    assert folder.read("rules", KEY) is None
    assert folder.write("rules", KEY, b"new")  # takes the link's place
    assert not file.is_symlink()
    assert b"content" in (real / "elsewhere").read_bytes()


def test_a_pipe_or_a_folder_in_its_place_is_not_read(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    file = only_file(place)
    file.unlink()
    os.mkfifo(file, 0o600)
    assert folder.read("rules", KEY) is None  # and does not wait for a writer
    file.unlink()
    file.mkdir(mode=0o700)
    assert folder.read("rules", KEY) is None
    assert not folder.write("rules", KEY, b"content")
    assert only_file(place) == file  # nothing half written is left


@pytest.mark.parametrize("where", ["/proc/okta-access", "/dev/null/okta-access"])
def test_where_no_folder_can_be_made_nothing_is_kept(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(folder.VARIABLE, where)
    assert not folder.write("rules", KEY, b"content")
    assert folder.read("rules", KEY) is None


@not_as_root
def test_a_read_only_folder_is_still_read(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    place.chmod(0o500)
    assert folder.read("rules", KEY) == b"content"
    assert not folder.write("rules", OTHER, b"content")


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As on a full disk: writing goes well for so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_keeps_what_was_there(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    with no_file_above(1_000):
        assert not folder.write("rules", KEY, bytes(100_000))
    assert folder.read("rules", KEY) == b"content"
    assert len([*place.iterdir()]) == 1


def test_what_is_too_big_is_not_kept(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("rules", KEY, bytes(1_000))
    monkeypatch.setattr(folder, "MOST_BYTES", 1_000)
    assert folder.read("rules", KEY) is None
    assert not folder.write("rules", OTHER, bytes(1_000))


@pytest.mark.parametrize("direction", [-1, 1])
def test_it_does_not_grow_without_end(
    place: Path, monkeypatch: pytest.MonkeyPatch, direction: int
) -> None:
    monkeypatch.setattr(folder, "MOST_FILES", 5)
    now = time.time()
    for n in range(12):
        assert folder.write("rules", bytes([n]), b"content")
        then = now + direction * 100 * (12 - n)  # in the past, or by a clock that was wrong
        os.utime(place / f"okta-access-rules-{n:02x}.kept", (then, then))
        assert len([*place.iterdir()]) <= 5
    assert folder.read("rules", bytes([11])) == b"content"
    assert folder.read("rules", bytes([0])) is None


def test_old_and_unfinished_files_go_and_others_stay(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    mine = only_file(place)
    (place / "notes.txt").write_text("not of the cache")
    (place / ".hidden").write_text("neither")
    unfinished = place / f".{mine.name}.1234.0a0b0c0d"
    unfinished.write_text("torn")
    for file in place.iterdir():
        os.utime(file, (0, 0))
    folder.write("rules", OTHER, b"content")
    left = {file.name for file in place.iterdir()}
    assert left == {"notes.txt", ".hidden", f"okta-access-rules-{OTHER.hex()}.kept"}


def test_use_keeps_it_young(place: Path) -> None:
    folder.write("rules", KEY, b"content")
    os.utime(only_file(place), (0, 0))
    folder.read("rules", KEY)
    assert only_file(place).stat().st_mtime > 0


WRITER = """
import sys
import time
from okta_access.store import folder
for n in range(300):
    assert folder.write("rules", b"k" * 32, sys.argv[1].encode() * 5_000)
"""


def test_of_two_writers_one_stands_and_whole(place: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, letter]) for letter in "ab"]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(folder.read("rules", b"k" * 32))
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen <= {None, b"a" * 5_000, b"b" * 5_000}
    assert folder.read("rules", b"k" * 32) in (b"a" * 5_000, b"b" * 5_000)
    assert len([*place.iterdir()]) == 1
