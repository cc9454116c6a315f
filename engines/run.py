"""``python -m engines.run [--nine] [-- COMMAND…]``: a command with a real engine at its side.

Boots Elasticsearch on loopback, runs the command with ``OKTA_ACCESS_ELASTICSEARCH`` set to the
server's address, stops the server whatever happens, and exits as the command did. Without a
command it proves all rules: ``okta-access test --engine elasticsearch=URL``. Exits 2 when the
engine is not to be had. ``--nine`` boots Elasticsearch 9 instead, which runs Lucene and no ES|QL.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from engines import EngineBroken, EngineUnavailable
from engines.distribution import EIGHT, NINE
from engines.elasticsearch import Server, running

URL_VARIABLE = "OKTA_ACCESS_ELASTICSEARCH"
_COULD_NOT_RUN = 2
_PATIENCE_SECONDS = 10.0


def main(arguments: list[str]) -> int:
    """Runs the command that ``arguments`` hold, after an optional ``--``; gives its exit code."""
    nine = arguments[:1] == ["--nine"]
    arguments = arguments[nine:]
    for order in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, _leave)
    try:
        with running(NINE if nine else EIGHT) as server:
            print(
                f"engines: Elasticsearch {server.version} at {server.url}"
                f" ({server.boot_seconds:.1f} s)",
                file=sys.stderr,
            )
            command = arguments[1:] if arguments[:1] == ["--"] else arguments
            return _run(command or _proof(server), server)
    except (EngineUnavailable, EngineBroken) as error:
        print(f"engines: {error}", file=sys.stderr)
        return _COULD_NOT_RUN


def _proof(server: Server) -> list[str]:
    here = Path(sys.executable).with_name("okta-access")
    return [str(here), "test", "--engine", f"elasticsearch={server.url}"]


def _run(command: list[str], server: Server) -> int:
    try:
        process = subprocess.Popen(command, env={**os.environ, URL_VARIABLE: server.url})
    except OSError as error:
        print(f"engines: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
        return _COULD_NOT_RUN
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise
    return code if code >= 0 else 128 - code


def _leave(order: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + order)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
