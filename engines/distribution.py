"""Elasticsearch put together on disk: fetched once, checked, and kept in a cache.

The distribution that Maven Central carries for integration tests is the real server without most
modules. Elastic publishes the jars of ES|QL and KQL there as well; laid into ``modules/`` beside a
descriptor they make the server run both languages. Every file that arrives is compared with
a list of checksums beside this file, so what runs is what was tested.

Of Elasticsearch 9 the compute engine of ES|QL is not to be had there (``x-pack-esql-compute``), so
that release runs Lucene and KQL alone.

Run as a program it fetches (or finds) both distributions and prints where they are; ``--relock``
rewrites the lists of checksums after a deliberate change of version.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engines import EngineBroken, cache_folder
from engines.maven import Artifact, digests, fetch

_SERVER = "server"
# Elastic ships this one as a module of its own, and its POM does not name it.
_ALSO = {"x-pack-esql": ["x-pack-esql-core"]}
# Needed by name only (geo functions); neither release's own was ever published.
_H3 = Artifact("org.elasticsearch", "elasticsearch-h3", "8.19.4")


@dataclass(frozen=True, slots=True)
class Release:
    """A release to be put together: its modules by name, each with its main class."""

    version: str
    plugins: Mapping[str, str]
    oldest_java: int
    lock: Path
    # Whether Maven Central publishes checksums of all of it; our own are compared in any case.
    strict: bool = True

    @property
    def speaks_esql(self) -> bool:
        """Whether ES|QL is among its languages."""
        return "x-pack-esql" in self.plugins


_KQL = {"x-pack-kql": "org.elasticsearch.xpack.kql.KqlPlugin"}
EIGHT = Release(
    "8.19.21",
    {
        "x-pack-esql": "org.elasticsearch.xpack.esql.plugin.EsqlPlugin",
        **_KQL,
        "x-pack-mapper-version": "org.elasticsearch.xpack.versionfield.VersionFieldPlugin",
    },
    17,
    Path(__file__).with_name("elasticsearch.sha256"),
)
NINE = Release("9.5.3", _KQL, 21, Path(__file__).with_name("elasticsearch-9.sha256"), strict=False)


def home(release: Release = EIGHT) -> Path:
    """The directory of the distribution, put together now if it is not in the cache yet.

    Several processes may ask at once: one works, the others wait. Raises
    :class:`~engines.EngineUnavailable` when it is neither cached nor to be had, and
    :class:`~engines.EngineBroken` when what was fetched is not what the checksums promise.
    """
    cache = cache_folder()
    recipe = repr((release.version, sorted(release.plugins.items()), _locked(release))).encode()
    ready = cache / f"elasticsearch-{release.version}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not ready.is_dir():
        with only_one(cache):
            if not ready.is_dir():
                _assemble(release, cache, ready)
    return ready


def _assemble(release: Release, cache: Path, ready: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
        sets = _fetch(release, Path(scratch), cache)
        found, locked = digests(sets), _locked(release)
        if found != locked:
            odd = sorted(set(found.splitlines()) ^ set(locked.splitlines()))
            raise EngineBroken(
                f"what Maven fetched is not what {release.lock.name} lists: {odd[0].split()[-1]}"
                f" (of {len(odd)} lines that differ)"
            )
        built = Path(scratch) / "built"
        _unpack(sets[_SERVER] / f"elasticsearch-{release.version}.zip", built)
        for name in release.plugins:
            _add_module(release, built, name, sets[name])
        _open_to_all(built)
        built.rename(ready)


def _fetch(release: Release, scratch: Path, cache: Path) -> dict[str, Path]:
    server = Artifact(
        "org.elasticsearch.distribution.integ-test-zip",
        "elasticsearch",
        release.version,
        type="zip",
        alone=True,
    )
    plugins = {
        name: [_H3, *(Artifact("org.elasticsearch.plugin", part, release.version)
                      for part in [name, *_ALSO.get(name, [])])]
        for name in release.plugins
    }  # fmt: skip
    return fetch(
        {_SERVER: [server], **plugins}, scratch / "fetched", cache / "m2", strict=release.strict
    )


def _unpack(archive: Path, into: Path) -> None:
    """The archive's one directory as ``into``."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(into.parent)
    (into.parent / archive.stem).rename(into)


def _open_to_all(server: Path) -> None:
    """Whatever the umask is: readable for whichever user runs it, and its commands runnable."""
    for path in (server, *server.rglob("*")):
        runnable = path.is_dir() or path.parent == server / "bin"
        path.chmod(0o755 if runnable else 0o644)


def _add_module(release: Release, server: Path, name: str, jars: Path) -> None:
    module = server / "modules" / name
    module.mkdir()
    # A class that can be seen twice is refused at start ("jar hell").
    seen = {_stem(jar) for place in ("lib", "modules/x-pack-core")
            for jar in (server / place).glob("*.jar")}  # fmt: skip
    for jar in sorted(jars.glob("*.jar")):
        if _stem(jar) not in seen:
            shutil.copyfile(jar, module / jar.name)
    descriptor = {
        "name": name, "description": name, "version": release.version,
        "elasticsearch.version": release.version, "java.version": str(release.oldest_java),
        "classname": release.plugins[name], "extended.plugins": "x-pack-core",
    }  # fmt: skip
    (module / "plugin-descriptor.properties").write_text(
        "".join(f"{key}={value}\n" for key, value in descriptor.items()), encoding="utf-8"
    )


def _stem(jar: Path) -> str:
    return jar.name.rpartition("-")[0]


def _locked(release: Release) -> str:
    return release.lock.read_text(encoding="utf-8") if release.lock.exists() else ""


@contextmanager
def only_one(cache: Path) -> Iterator[None]:
    """While the block lasts, whoever else asks for the same cache waits."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def relock(release: Release) -> None:
    """Writes down the checksums of what Maven gives now, as what is wanted from now on."""
    with tempfile.TemporaryDirectory() as scratch:
        sets = _fetch(release, Path(scratch), Path(scratch))
        release.lock.write_text(digests(sets), encoding="utf-8")


if __name__ == "__main__":
    for one in (EIGHT, NINE):
        if sys.argv[1:] == ["--relock"]:
            relock(one)
        print(home(one))
