"""Addresses and secrets that are taken, and those that are not."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from okta_access.deploy.access import Access, secret_of
from okta_access.errors import InputError


@pytest.mark.parametrize(
    "url",
    ["https://kibana.example:5601", "https://[2001:db8::1]/base", "http://127.0.0.1:1",
     "http://localhost:5601", "http://[::1]:5601"],
)  # fmt: skip
def test_addresses(url: str) -> None:
    assert Access(url + "/", "s").place == url


@pytest.mark.parametrize(
    "url",
    ["", "kibana", "ftp://host", "https://", "https://host:0", "https://host:99999",
     "https://h ost", "https://host?x=1", "https://host#x", "https://höst", "https://host\n"],
)  # fmt: skip
def test_no_addresses(url: str) -> None:
    with pytest.raises(InputError, match=r"not the address of a server \(expected https"):
        Access(url, "s")


def test_a_secret_goes_over_no_wire_in_the_clear() -> None:
    for url in ("http://kibana.example:5601", "http://10.0.0.1", "http://127.0.0.1.example"):
        with pytest.raises(InputError, match="readable for everyone on the way"):
            Access(url, "s")


def test_a_secret_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="secrets are no arguments") as raised:
        Access("https://me:hunter2@host", "s")
    assert "hunter2" not in str(raised.value)


def test_a_secret_is_not_shown() -> None:
    assert "hunter2" not in repr(Access("https://host", "hunter2"))


def test_the_environments_secret() -> None:
    assert secret_of({"V": " key \n"}, "V", None) == "key"
    with pytest.raises(InputError, match="set V, or name a file"):
        secret_of({"V": " "}, "V", None)


@pytest.mark.parametrize("text", ["two words", "k\r\nHost: evil", "é", "", "\x00"])
def test_what_is_not_one_secret(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    with pytest.raises(InputError, match="one secret and nothing else in the file") as raised:
        secret_of({}, "V", file)
    assert text not in str(raised.value).replace(str(file), "") or not text.strip()


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o602, 0o610])
def test_a_file_that_others_may_read(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("key\n", "ascii")
    file.chmod(mode)
    with pytest.raises(InputError, match="chmod 600"):
        secret_of({"V": "other"}, "V", file)
    file.chmod(0o600)
    assert secret_of({"V": "other"}, "V", file) == "key"


def test_a_secret_from_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    writer = threading.Thread(target=pipe.write_text, args=("key",))
    writer.start()
    assert secret_of({}, "V", pipe) == "key"
    writer.join()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        secret_of({}, "V", tmp_path / "none")
