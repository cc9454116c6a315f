"""A real Elasticsearch on loopback, for as long as a ``with`` block lasts.

>>> with running() as server:  # doctest: +SKIP
...     print(server.url)
http://127.0.0.1:43211

Elasticsearch refuses to run as root, so for root it is started as ``nobody``. Each run has a
directory of its own (settings, data, logs), and the program files are hard links into the cache.

The server hangs on a leash: a shell beside it reads a pipe that only the starting process holds
open, and ends the whole process group when the pipe closes. So the server is gone even when the
process that started it is killed without a chance to clean up.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from engines import EngineBroken
from engines.distribution import EIGHT, Release, home
from engines.java import Java, find_java

_BOOT_SECONDS = 180.0
_STOP_SECONDS = 20.0
_ASK_AGAIN_SECONDS = 1.0

_SETTINGS = """\
cluster.name: okta-access-engine
discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
node.portsfile: true
path.data: {run}/data
path.logs: {run}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
_ESQL_SETTINGS = """\
# Answers of ES|QL are cut at this many rows, 10,000 by default.
esql.query.result_truncation_max_size: 1000000
"""
# A small server that starts fast matters more here than one that gets faster over hours.
_JVM = (
    "-Xms512m\n-Xmx512m\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n-Djava.io.tmpdir=${ES_TMPDIR}\n"
)
# The shell outlives SIGTERM until the server is gone, so that nothing is left for others to reap.
_LEASH = """\
exec 3<&0
trap : TERM
"$0" </dev/null 3<&- &
server=$!
{ trap '' TERM
  while read -r _ <&3; do :; done
  while kill -TERM 0; do sleep 1; done
} &
leash=$!
exec 3<&-
while kill -0 "$server" 2>/dev/null; do wait "$server"; done
kill -KILL "$leash" 2>/dev/null
wait
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running engine: its address, version, process group, and how long it took to start."""

    url: str
    version: str
    group: int
    boot_seconds: float


@contextmanager
def running(release: Release = EIGHT) -> Iterator[Server]:
    """A server that answers, stopped (and its directory removed) when the block is left.

    Raises :class:`~engines.EngineUnavailable` without Java, or when the program can be neither
    found nor fetched, and :class:`~engines.EngineBroken` when it does not start.
    """
    java, program = find_java(release.oldest_java), home(release)
    run = Path(tempfile.mkdtemp(prefix="okta-access-engine-"))
    try:
        _prepare(run, program, release)
        began = time.monotonic()
        process = _start(run, java)
        try:
            url = _wait(process, run, began + _BOOT_SECONDS, release)
            yield Server(url, release.version, process.pid, time.monotonic() - began)
        finally:
            _stop(process)
    finally:
        shutil.rmtree(run, ignore_errors=True)


def _prepare(run: Path, program: Path, release: Release) -> None:
    """Lays out a directory to run in: the program, and settings, data and logs of its own."""
    run.chmod(0o755)
    shutil.copytree(program, run / "home", copy_function=_link)
    for name in ("config", "data", "logs", "tmp", "home/logs", "home/plugins"):
        (run / name).mkdir(exist_ok=True)
        (run / name).chmod(0o755)
    shutil.copyfile(program / "config/log4j2.properties", run / "config/log4j2.properties")
    settings = _SETTINGS.format(run=run) + (_ESQL_SETTINGS if release.speaks_esql else "")
    (run / "config/elasticsearch.yml").write_text(settings, encoding="utf-8")
    (run / "config/jvm.options").write_text(_JVM, encoding="utf-8")
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        # The program stays root's: its files are links, shared with the cache.
        for name in ("config", "data", "logs", "tmp", "home/logs"):
            for path in [run / name, *(run / name).rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(source, target)


def _start(run: Path, java: Java) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(run),
        "ES_JAVA_HOME": str(java.home),
        "ES_PATH_CONF": str(run / "config"),
        "ES_TMPDIR": str(run / "tmp"),
    }
    program = str(run / "home/bin/elasticsearch")
    nobody = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    with (run / "out.log").open("wb") as out:
        return subprocess.Popen(
            ["/bin/sh", "-c", _LEASH, program],
            stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=run, env=environment,
            start_new_session=True,
            user=nobody and nobody.pw_uid, group=nobody and nobody.pw_gid,
            extra_groups=[] if nobody else None,
        )  # fmt: skip


def _wait(process: subprocess.Popen[bytes], run: Path, deadline: float, release: Release) -> str:
    """The server's address, as soon as it answers that all is well."""
    ports = run / "logs/http.ports"
    while time.monotonic() < deadline and process.poll() is None:
        if ports.exists() and (lines := ports.read_text(encoding="utf-8").splitlines()):
            url = f"http://{lines[0]}"
            with suppress(urllib.error.URLError, TimeoutError, ConnectionError):
                health = f"{url}/_cluster/health?wait_for_status=green&timeout=1s"
                with urllib.request.urlopen(health, timeout=5) as answer:
                    if json.load(answer)["status"] == "green":
                        return url
        time.sleep(0.1)
    told = (run / "out.log").read_text(encoding="utf-8", errors="replace").splitlines()
    happened = "did not start in time" if process.poll() is None else "ended before it answered"
    raise EngineBroken("\n".join([f"Elasticsearch {release.version} {happened}; its last words:",
                                  *told[-15:]]))  # fmt: skip


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process group: asks, waits for the shell that leads it, and then insists.

    Asks each second anew, since a process that is just being made can miss the signal.
    """
    deadline = time.monotonic() + _STOP_SECONDS
    while process.poll() is None:
        order = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        with suppress(ProcessLookupError):
            os.killpg(process.pid, order)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_ASK_AGAIN_SECONDS)
    if process.stdin is not None:
        process.stdin.close()
