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


@pytest.mark.parametrize(
    ("name", "made", "why"),
    [
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
