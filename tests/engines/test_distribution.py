"""How Elasticsearch is fetched, checked and put together."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from engines import CACHE_VARIABLE, EngineBroken, EngineUnavailable, distribution, maven
from engines.distribution import EIGHT, NINE, Release
from engines.maven import Artifact, fetch

DESCRIPTOR = """\
name=x-pack-kql
description=x-pack-kql
version={version}
elasticsearch.version={version}
java.version=17
classname=org.elasticsearch.xpack.kql.KqlPlugin
extended.plugins=x-pack-core
"""


def _served(scratch: Path) -> dict[str, Path]:
    """Sets of files as Maven would lay them down: a small server, and jars for each module."""
    version = EIGHT.version
    sets = {name: scratch / name for name in ("server", *EIGHT.plugins)}
    for name, place in sets.items():
        place.mkdir(parents=True)
        if name != "server":
            (place / f"{name}-{version}.jar").write_text(name)
            (place / "lucene-core-9.jar").write_text("the server has it")
    with zipfile.ZipFile(sets["server"] / f"elasticsearch-{version}.zip", "w") as archive:
        for inside in ("bin/elasticsearch", "lib/lucene-core-9.jar", "modules/x-pack-core/a-1.jar"):
            archive.writestr(f"elasticsearch-{version}/{inside}", inside)
    return sets


@pytest.fixture
def release(tmp_path: Path) -> Release:
    """A release whose list of checksums is of its own."""
    return replace(EIGHT, lock=tmp_path / "list.sha256")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: Release) -> Path:
    """An empty cache, and a checksum list that fits what is served."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    sets = _served(tmp_path / "served")
    monkeypatch.setattr(distribution, "_fetch", lambda *_: sets)
    release.lock.write_text(maven.digests(sets))
    return tmp_path / "cache"


def test_modules_are_laid_in_without_what_the_server_has(cache: Path, release: Release) -> None:
    home = distribution.home(release)
    assert home.parent == cache
    module = home / "modules" / "x-pack-kql"
    assert {path.name for path in module.iterdir()} == {
        f"x-pack-kql-{EIGHT.version}.jar",
        "plugin-descriptor.properties",
    }
    assert (module / "plugin-descriptor.properties").read_text() == DESCRIPTOR.format(
        version=EIGHT.version
    )


def test_whoever_runs_it_can_read_it(cache: Path, release: Release) -> None:
    """As root it runs as another user, and the umask may be anything."""
    before = os.umask(0o077)
    try:
        home = distribution.home(release)
    finally:
        os.umask(before)
    modes = {path: path.stat().st_mode & 0o777 for path in (home, *home.rglob("*"))}
    assert modes == {
        path: 0o755 if path.is_dir() or path.parent.name == "bin" else 0o644 for path in modes
    }


def test_what_is_cached_is_not_fetched_again(
    cache: Path, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = distribution.home(release)
    monkeypatch.delattr(distribution, "_fetch")
    assert distribution.home(release) == first


def test_nothing_half_done_stays(cache: Path, release: Release) -> None:
    ready = distribution.home(release)
    assert {path.name for path in cache.iterdir()} == {ready.name, "lock"}


def test_another_file_than_the_tested_one_is_refused(cache: Path, release: Release) -> None:
    """Named, and nothing of it is kept."""
    right = release.lock.read_text()
    wrong = hashlib.sha256(b"x-pack-kql").hexdigest()
    release.lock.write_text(right.replace(wrong, "0" * 64))
    with pytest.raises(EngineBroken, match=r"not what list\.sha256 lists: x-pack-kql/x-pack-"):
        distribution.home(release)
    assert {path.name for path in cache.iterdir()} == {"lock"}


@pytest.mark.parametrize("shipped", [EIGHT, NINE], ids=lambda release: release.version)
def test_the_list_names_every_file_once(shipped: Release) -> None:
    names = [line.split("  ", 1)[1] for line in shipped.lock.read_text().splitlines()]
    assert names == sorted(set(names))
    assert {name.split("/")[0] for name in names} == {"server", *shipped.plugins}
    assert f"server/elasticsearch-{shipped.version}.zip" in names


def _mvn(place: Path, script: str) -> None:
    place.mkdir()
    (place / "mvn").write_text(f"#!/bin/sh\n{script}\n")
    (place / "mvn").chmod(0o755)


def test_maven_is_given_a_project_of_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _mvn(tmp_path / "bin", 'printf "%s\\n" "$@" > arguments')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    sets = fetch(
        {"a": [Artifact("g", "x", "1")], "b": [Artifact("g", "y&z", "2", "zip", alone=True)]},
        tmp_path / "into",
        tmp_path / "repository",
    )
    assert sets == {name: tmp_path / "into" / name / "target" / "dependency" for name in "ab"}
    arguments = (tmp_path / "into" / "arguments").read_text().splitlines()
    assert "--strict-checksums" in arguments
    assert f"-Dmaven.repo.local={tmp_path / 'repository'}" in arguments
    assert "<module>a</module><module>b</module>" in (tmp_path / "into" / "pom.xml").read_text()
    assert (
        "<dependency><groupId>g</groupId><artifactId>y&amp;z</artifactId><version>2</version>"
        "<type>zip</type><exclusions>"
    ) in (tmp_path / "into" / "b" / "pom.xml").read_text()


def test_maven_that_fails_tells_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line with words in it; codes for colours may stand before it."""
    told = r'printf "[INFO] x\n\033[0m[ERROR] \n\033[0m[ERROR] no such artifact\n"'
    _mvn(tmp_path / "bin", f"{told}; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(EngineUnavailable, match="could not fetch its files: no such artifact"):
        maven.fetch({}, tmp_path / "into", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(EngineUnavailable, match="needs Maven"):
        maven.fetch({}, tmp_path / "into", tmp_path)
