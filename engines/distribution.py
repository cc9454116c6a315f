"""Elasticsearch put together on disk: fetched once, checked, and kept in a cache.

The distribution that Maven Central carries for integration tests is the real server without most
modules. Elastic publishes the jars of ES|QL and KQL there as well; laid into ``modules/`` beside a
descriptor they make the server run both languages. Every file that arrives is compared with
``elasticsearch.sha256``, so what runs is what was tested.

Run as a program it fetches (or finds) the distribution and prints where it is; ``--relock``
rewrites the list of checksums after a deliberate change of version.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engines import EngineBroken
from engines.maven import Artifact, fetch

VERSION = "8.19.21"
LOCK = Path(__file__).with_name("elasticsearch.sha256")
CACHE_VARIABLE = "OKTA_ACCESS_ENGINES_CACHE"

_SERVER = "server"
_PLUGINS: Mapping[str, str] = {
    "x-pack-esql": "org.elasticsearch.xpack.esql.plugin.EsqlPlugin",
    "x-pack-kql": "org.elasticsearch.xpack.kql.KqlPlugin",
    "x-pack-mapper-version": "org.elasticsearch.xpack.versionfield.VersionFieldPlugin",
}
# Elastic ships this one as a module of its own, and its POM does not name it.
_ALSO = {"x-pack-esql": ["x-pack-esql-core"]}
# Needed by name only (geo functions); its 8.19.21 was never published.
_H3 = Artifact("org.elasticsearch", "elasticsearch-h3", "8.19.4")


def home() -> Path:
    """The directory of the distribution, put together now if it is not in the cache yet.

    Several processes may ask at once: one works, the others wait. Raises
    :class:`~engines.EngineUnavailable` when it is neither cached nor to be had, and
    :class:`~engines.EngineBroken` when what was fetched is not what the checksums promise.
    """
    cache = Path(os.environ.get(CACHE_VARIABLE) or Path.home() / ".cache" / "okta-access-engines")
    recipe = repr((VERSION, sorted(_PLUGINS.items()), _locked())).encode()
    ready = cache / f"elasticsearch-{VERSION}-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not ready.is_dir():
        with _only_one(cache):
            if not ready.is_dir():
                _assemble(cache, ready)
    return ready


def _assemble(cache: Path, ready: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
        sets = _fetch(Path(scratch), cache)
        found, locked = _digests(sets), _locked()
        if found != locked:
            odd = sorted(set(found.splitlines()) ^ set(locked.splitlines()))
            raise EngineBroken(
                f"what Maven fetched is not what {LOCK.name} lists: {odd[0].split()[-1]}"
                f" (of {len(odd)} lines that differ)"
            )
        built = Path(scratch) / "built"
        _unpack(sets[_SERVER] / f"elasticsearch-{VERSION}.zip", built)
        for name, main_class in _PLUGINS.items():
            _add_module(built, name, main_class, sets[name])
        _open_to_all(built)
        built.rename(ready)


def _fetch(scratch: Path, cache: Path) -> dict[str, Path]:
    server = Artifact("org.elasticsearch.distribution.integ-test-zip", "elasticsearch", VERSION,
                      type="zip", alone=True)  # fmt: skip
    plugins = {
        name: [_H3, *(Artifact("org.elasticsearch.plugin", part, VERSION)
                      for part in [name, *_ALSO.get(name, [])])]
        for name in _PLUGINS
    }  # fmt: skip
    return fetch({_SERVER: [server], **plugins}, scratch / "fetched", cache / "m2")


def _unpack(archive: Path, into: Path) -> None:
    """The archive's one directory as ``into``."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(into.parent)
    (into.parent / f"elasticsearch-{VERSION}").rename(into)


def _open_to_all(server: Path) -> None:
    """Whatever the umask is: readable for whichever user runs it, and its commands runnable."""
    for path in (server, *server.rglob("*")):
        runnable = path.is_dir() or path.parent == server / "bin"
        path.chmod(0o755 if runnable else 0o644)


def _add_module(server: Path, name: str, main_class: str, jars: Path) -> None:
    module = server / "modules" / name
    module.mkdir()
    # A class that can be seen twice is refused at start ("jar hell").
    seen = {_stem(jar) for place in ("lib", "modules/x-pack-core")
            for jar in (server / place).glob("*.jar")}  # fmt: skip
    for jar in sorted(jars.glob("*.jar")):
        if _stem(jar) not in seen:
            shutil.copyfile(jar, module / jar.name)
    descriptor = {
        "name": name, "description": name, "version": VERSION, "elasticsearch.version": VERSION,
        "java.version": "17", "classname": main_class, "extended.plugins": "x-pack-core",
    }  # fmt: skip
    (module / "plugin-descriptor.properties").write_text(
        "".join(f"{key}={value}\n" for key, value in descriptor.items()), encoding="utf-8"
    )


def _stem(jar: Path) -> str:
    return jar.name.rpartition("-")[0]


def _digests(sets: Mapping[str, Path]) -> str:
    """All fetched files in the form of ``sha256sum``, sorted by name."""
    files = sorted(
        (f"{name}/{path.name}", path) for name, at in sets.items() for path in at.iterdir()
    )
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
                   for name, path in files)  # fmt: skip


def _locked() -> str:
    return LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""


@contextmanager
def _only_one(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def relock() -> None:
    """Writes down the checksums of what Maven gives now, as what is wanted from now on."""
    with tempfile.TemporaryDirectory() as scratch:
        sets = _fetch(Path(scratch), Path(scratch))
        LOCK.write_text(_digests(sets), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--relock"]:
        relock()
    print(home())
