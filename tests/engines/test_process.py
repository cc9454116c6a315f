"""Servers that are started and surely stopped, shown on small programs in the server's place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NoReturn

import pytest

from engines import EngineBroken, EngineUnavailable, elasticsearch, run, shared
from engines.distribution import EIGHT, NINE, Release
from engines.elasticsearch import Server
from engines.java import Java

JAVA = Java(Path("/nowhere"), 17)
LONG_ENOUGH = 20.0


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory to run in, open to the user that root steps down to."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o777)
        yield Path(made)


def _program(place: Path, script: str) -> None:
    program = place / "home" / "bin" / "elasticsearch"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def _until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def _alive(group: int) -> bool:
    """Whether a process of the group lives; one that only waits to be reaped does not."""
    told = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True)
    return any(
        pgid == str(group) and not state.startswith("Z")
        for pgid, state in map(str.split, told.stdout.splitlines())
    )


def _pid(path: Path) -> int:
    assert _until(lambda: path.exists() and bool(path.read_text().strip()))
    return int(path.read_text())


@pytest.mark.parametrize(
    "script", ["exec sleep 99", "sleep 99 & sleep 99 & wait", "trap '' TERM; sleep 99 & wait; wait"]
)
def test_stopping_ends_the_whole_group(
    place: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """Even what will not be asked."""
    monkeypatch.setattr(elasticsearch, "_STOP_SECONDS", 0.5)
    monkeypatch.setattr(elasticsearch, "_ASK_AGAIN_SECONDS", 0.2)
    _program(place, f"echo $$ > {place}/pid; {script}")
    process = elasticsearch._start(place, JAVA)
    pid = _pid(place / "pid")
    assert os.getpgid(pid) == process.pid
    assert _alive(process.pid)
    elasticsearch._stop(process)
    assert _until(lambda: not _alive(process.pid))


def test_a_killed_parent_takes_the_server_along(place: Path) -> None:
    _program(place, f"echo $$ > {place}/pid; exec sleep 99")
    starter = (
        "import sys, time; from pathlib import Path; from engines import elasticsearch;"
        "from engines.java import Java;"
        "started = elasticsearch._start(Path(sys.argv[1]), Java(Path('/nowhere'), 17));"
        "time.sleep(99)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, str(place)], cwd=Path(elasticsearch.__file__).parents[1]
    )
    group = os.getpgid(_pid(place / "pid"))
    assert _alive(group)
    parent.kill()
    parent.wait()
    assert _until(lambda: not _alive(group))


def test_a_server_that_does_not_start_leaves_its_last_words(place: Path) -> None:
    _program(place, "echo 'java: no such heap' >&2; exit 3")
    process = elasticsearch._start(place, JAVA)
    with pytest.raises(EngineBroken, match=r"ended before it answered(.|\n)*java: no such heap"):
        elasticsearch._wait(process, place, time.monotonic() + LONG_ENOUGH, EIGHT)
    elasticsearch._stop(process)


def test_a_server_that_never_answers_is_not_waited_for(place: Path) -> None:
    _program(place, "exec sleep 99")
    process = elasticsearch._start(place, JAVA)
    with pytest.raises(EngineBroken, match="did not start in time"):
        elasticsearch._wait(process, place, time.monotonic(), EIGHT)
    elasticsearch._stop(process)


class TestRun:
    """``python -m engines.run``, with a server that is always there."""

    @pytest.fixture
    def stopped(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
        told: list[str] = []

        @contextmanager
        def running(release: Release) -> Iterator[Server]:
            try:
                yield Server("http://127.0.0.1:9", release.version, 0, 1.0)
            finally:
                told.append("stopped")

        monkeypatch.setattr(run, "running", running)
        before = {order: signal.getsignal(order) for order in (signal.SIGTERM, signal.SIGHUP)}
        yield told
        for order, handler in before.items():
            signal.signal(order, handler)

    @pytest.mark.parametrize(
        ("script", "code"),
        [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137)],
    )
    def test_it_exits_as_the_command_did(self, stopped: list[str], script: str, code: int) -> None:
        assert run.main(["--", "sh", "-c", script]) == code
        assert stopped == ["stopped"]

    def test_the_command_knows_the_address(self, stopped: list[str], tmp_path: Path) -> None:
        told = tmp_path / "told"
        assert run.main(["sh", "-c", f'echo "$OKTA_ACCESS_ELASTICSEARCH $0" > {told}', "--"]) == 0
        assert told.read_text() == "http://127.0.0.1:9 --\n"
        assert stopped == ["stopped"]

    @pytest.mark.parametrize(
        ("arguments", "release"), [(["true"], EIGHT), (["--nine", "--", "true"], NINE)]
    )
    def test_either_release_can_be_had(
        self,
        stopped: list[str],
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        release: Release,
    ) -> None:
        assert run.main(arguments) == 0
        assert f"Elasticsearch {release.version} at" in capsys.readouterr().err
        assert stopped == ["stopped"]

    def test_a_command_that_is_none(
        self, stopped: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run.main(["--", "/no/such/command"]) == 2
        assert "cannot run /no/such/command: No such file" in capsys.readouterr().err
        assert stopped == ["stopped"]

    def test_without_a_command_it_proves_the_rules(self) -> None:
        command = run._proof(Server("http://127.0.0.1:9", "8", 0, 1.0))
        assert Path(command[0]).name == "okta-access"
        assert command[1:] == ["test", "--engine", "elasticsearch=http://127.0.0.1:9"]

    def test_without_an_engine_it_says_so(
        self,
        stopped: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def running(_: Release) -> NoReturn:
            raise EngineUnavailable("needs Java")

        monkeypatch.setattr(run, "running", running)
        assert run.main(["true"]) == 2
        assert capsys.readouterr().err == "engines: needs Java\n"
        assert stopped == []

    def test_a_terminated_run_ends_its_command_first(self, place: Path) -> None:
        """Shown on the program itself, with a server in the real one's place."""
        _program(place, "exec sleep 99")
        script = (
            "import sys; from contextlib import contextmanager; from pathlib import Path;"
            "from engines import elasticsearch, run; from engines.java import Java\n"
            "@contextmanager\n"
            "def running(release):\n"
            "    process = elasticsearch._start(Path(sys.argv[1]), Java(Path('/nowhere'), 17))\n"
            "    Path(sys.argv[1], 'group').write_text(str(process.pid))\n"
            "    try:\n"
            "        yield elasticsearch.Server('http://127.0.0.1:9', '8', process.pid, 1.0)\n"
            "    finally:\n"
            "        elasticsearch._stop(process)\n"
            "run.running = running\n"
            "sys.exit(run.main(sys.argv[2:]))"
        )
        command = ["sh", "-c", f"echo $$ > {place}/pid; exec sleep 99"]
        with subprocess.Popen(
            [sys.executable, "-c", script, str(place), *command],
            cwd=Path(elasticsearch.__file__).parents[1],
            stderr=subprocess.DEVNULL,
        ) as runner:
            pid, group = _pid(place / "pid"), _pid(place / "group")
            assert _alive(group)
            runner.terminate()
            assert runner.wait(LONG_ENOUGH) == 128 + signal.SIGTERM
        assert not _alive(group)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        pass


class TestShared:
    """One server for several processes; threads stand for them, since file locks are per file."""

    @pytest.fixture
    def booted(self, monkeypatch: pytest.MonkeyPatch) -> list[Server]:
        """All servers that were booted; one that is stopped leaves the list."""
        alive: list[Server] = []

        @contextmanager
        def running() -> Iterator[Server]:
            http = HTTPServer(("127.0.0.1", 0), _Healthy)
            thread = threading.Thread(target=http.serve_forever, args=(0.01,))
            thread.start()
            server = Server(f"http://127.0.0.1:{http.server_port}", "8", 0, 1.0)
            alive.append(server)
            yield server
            alive.remove(server)
            http.shutdown()
            thread.join()
            http.server_close()

        monkeypatch.setattr(shared, "running", running)
        return alive

    def test_one_server_until_the_last_has_left(self, tmp_path: Path, booted: list[Server]) -> None:
        seen: list[Server] = []
        alive_at_the_end: list[int] = []
        all_in = threading.Barrier(4)

        def work(number: int) -> None:
            with shared.shared(tmp_path) as server:
                seen.append(server)
                all_in.wait(LONG_ENOUGH)
                time.sleep(0.05 * number)
                alive_at_the_end.append(len(booted))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG_ENOUGH)
        assert len(seen) == 4
        assert len(set(seen)) == 1
        assert alive_at_the_end == [1, 1, 1, 1]
        assert booted == []

    def test_whoever_comes_later_boots_anew(self, tmp_path: Path, booted: list[Server]) -> None:
        with shared.shared(tmp_path) as first:
            assert booted == [first]
        assert booted == []
        with shared.shared(tmp_path) as second:
            assert booted == [second]

    def test_a_server_that_went_down_with_its_process_is_replaced(
        self, tmp_path: Path, booted: list[Server]
    ) -> None:
        (tmp_path / "engine.json").write_text(
            '{"url": "http://127.0.0.1:1", "version": "8", "group": 0, "boot_seconds": 1.0}'
        )
        with shared.shared(tmp_path) as server:
            assert booted == [server]
