"""The catalogue that was kept is the one that reading anew gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from okta_access.catalog import load, reading
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.errors import CatalogError, InputError
from okta_access.store import fingerprints, folder

MORE = (
    "form: okta-access-fields/1\nfields:\n  - {path: custom.thing, type: string,"
    " description: d, splunk: custom.thing, elastic: okta.custom.thing}\n"
)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; the code was not touched just now."""
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(fingerprints, "_STARTED", float("inf"))
    return tmp_path / "kept"


def loaded(*extra: Path) -> Catalog:
    """As a process of its own loads it."""
    load._loaded.cache_clear()
    return load_catalog(extra)


def test_it_is_the_same_and_no_yaml_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded()
    monkeypatch.delattr(reading, "read_parts")
    assert repr(loaded()) == repr(first)
    monkeypatch.setenv(folder.VARIABLE, "off")
    with pytest.raises(ImportError):
        loaded()


def test_a_file_of_the_users_counts_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "more.yml"
    for name in ("thing", "other", "thing"):
        path.write_text(MORE.replace("custom.thing", f"custom.{name}"))
        for _ in range(2):
            assert f"custom.{name}" in load_catalog((path,)).fields
            assert f"custom.{name}" in loaded(path).fields
    assert "custom.thing" not in loaded().fields


def test_a_mistake_is_told_every_time(tmp_path: Path) -> None:
    path = tmp_path / "more.yml"
    for _ in range(2):
        path.write_text("form: other\n")
        with pytest.raises(CatalogError):
            loaded(path)
    path.unlink()
    with pytest.raises(InputError):
        loaded(path)


@pytest.mark.parametrize("content", [b"", b"\xc1", load._packing().pack("text")])
def test_what_is_no_kept_catalogue_is_read_anew(content: bytes) -> None:
    key = load._key([load._HERE.joinpath(name).read_bytes() for name in load._SHIPPED])
    assert key is not None
    assert folder.write("catalog", key, content)
    assert len(loaded().fields) == 16
