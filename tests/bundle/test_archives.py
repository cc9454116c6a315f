"""Every archive of a release is safe to unpack, and what is not is told."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from okta_access.bundle.archives import SUFFIXES, members, unsafe
from tests.bundle.test_contents import once


def tar_of(*members: tarfile.TarInfo) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for one in members:
            archive.addfile(one)
    return whole.getvalue()


def in_tar(name: str, mode: int = 0o644, type_: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.mode, made.type, made.linkname = mode, type_, "/etc/passwd"
    return made


def tar_with(*names: str) -> bytes:
    """A tar whose members hold a byte each."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        for name in names:
            made = in_tar(name)
            made.size = 1
            archive.addfile(made, io.BytesIO(b"x"))
    return whole.getvalue()


def zip_of(*names: str, mode: int = 0o100644) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, b"x")
    return whole.getvalue()


def test_the_archives_of_a_release_are_safe() -> None:
    archives = {name: data for name, data in once()[2].files.items() if name.endswith(SUFFIXES)}
    assert sorted(name[name.rindex("-") :] for name in archives) == [
        "-kibana.zip",
        "-splunk.tar.gz",
    ]
    for name, data in archives.items():
        assert [*unsafe(name, data)] == []
        modes = {mode for _, _, mode in members(name, data)}
        assert modes <= {0o644, 0o755}, "whatever the umask was"


def test_a_zip_need_not_say_that_a_file_is_one() -> None:
    assert [*unsafe("a.whl", zip_of("a", mode=0o644))] == []


def marked(at: int, value: int) -> bytes:
    """A zip of one member whose two headers say something else at this place."""
    data = bytearray(zip_of("a"))
    data[4 + at] = data[data.index(b"PK\1\2") + 6 + at] = value
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "made", "why"),
    [
        ("a.zip", lambda: marked(2, 1), "cannot be read: File 'a' is encrypted, password"),
        ("a.zip", lambda: marked(4, 99), "cannot be read: That compression method is not"),
        ("a.tar.gz", lambda: tar_of(in_tar("/etc/x")), "'/etc/x' is not a path inside"),
        ("a.tar.gz", lambda: tar_of(in_tar("a/../../x")), "'a/../../x' is not a path inside"),
        ("a.tar.gz", lambda: tar_of(in_tar("a", type_=tarfile.SYMTYPE)), "neither a file nor"),
        ("a.tar.gz", lambda: tar_of(in_tar("a", type_=tarfile.LNKTYPE)), "neither a file nor"),
        ("a.tar.gz", lambda: tar_of(in_tar("a", type_=tarfile.CHRTYPE)), "neither a file nor"),
        ("a.tar.gz", lambda: tar_of(in_tar("a", 0o4755)), "'a' has mode 4755"),
        ("a.tar.gz", lambda: tar_of(in_tar("a", 0o666)), "'a' has mode 666"),
        ("a.tar.gz", lambda: tar_of(in_tar("a"), in_tar("a")), "'a' is there twice"),
        ("a.tar.gz", lambda: b"not an archive", "cannot be read"),
        ("a.zip", lambda: zip_of("../x"), "'../x' is not a path inside"),
        ("a.zip", lambda: zip_of("C:/x"), "'C:/x' is not a path inside"),
        ("a.zip", lambda: zip_of("a", mode=0o120777), "neither a file nor"),
        ("a.zip", lambda: zip_of("a", mode=0o100777), "'a' has mode 777"),
        ("a.zip", lambda: b"not an archive", "cannot be read"),
    ],
)
def test_what_is_unsafe_is_told(name: str, made: Callable[[], bytes], why: str) -> None:
    (told,) = unsafe(name, made())
    assert why in told


@pytest.mark.parametrize(
    ("name", "made"),
    [("a.zip", lambda: zip_of("a", "b")), ("a.tar.gz", lambda: tar_with("a", "b"))],
)
def test_what_would_fill_the_memory_is_not_unpacked(
    name: str, made: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made()
    assert [*unsafe(name, data)] == []
    monkeypatch.setattr("okta_access.bundle.archives._LARGEST", 1)
    assert [*unsafe(name, data)] == ["cannot be read: unpacked it has more than 1 bytes"]
