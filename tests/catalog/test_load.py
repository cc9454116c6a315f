"""The catalogue that was kept is the one that reading anew gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from okta_access.catalog import load, reading
from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog, Sighting
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


@pytest.mark.parametrize("seen", [True, False])
def test_a_catalogue_may_say_who_saw_a_type_live(tmp_path: Path, seen: bool) -> None:
    path = tmp_path / "more.yml"
    said = "    seen_live: {source: 'https://example.com', date: 2026-01-31, note: Twice.}\n"
    path.write_text(
        "form: okta-access-events/1\nevents:\n  - type: custom.thing\n    family: other\n"
        f"    verb: do\n    description: d\n{said if seen else ''}"
    )
    expected = Sighting("https://example.com", "2026-01-31", "Twice.") if seen else None
    for _ in range(2):  # read, then kept
        assert loaded(path).events["custom.thing"].seen_live == expected


def test_what_others_saw_has_a_source_and_a_date() -> None:
    seen = [one.seen_live for one in loaded().events.values() if one.seen_live]
    assert seen
    for one in seen:
        assert one.source.startswith("https://")
        assert date.fromisoformat(one.date) <= date.fromisoformat("2026-11-29")
        assert one.note
