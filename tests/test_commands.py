"""README and INSTALL say commands; whatever can run here is run as it is printed."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from okta_access.content import fixtures_dir, rules_dir
from tests.bundle.test_install import kibana
from tests.bundle.test_install import page as install_page

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^ *```(?:sh|console)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(README)
# What sets up or builds everything: CI's own run does that, and a test of the sigma command its.
NOT_HERE = re.compile(r"^(?:make |\. \.venv/|pip install |sigma )")


def shell(commands: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a person would type it in that folder, with the project installed."""
    return subprocess.run(
        ["sh", "-eu", "-c", commands],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the commands of README find around them; the export and the old rules are the user's."""
    for name in ("fixtures", "rules", "docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    export = (fixtures_dir() / "demo" / "week.jsonl").read_bytes()
    (tmp_path / "export.jsonl.gz").write_bytes(gzip.compress(export))
    shutil.copytree(rules_dir(), tmp_path / "old" / "rules")
    return tmp_path


def test_what_is_not_run_here_is_known() -> None:
    skipped = [
        line.split("#")[0].strip()
        for block in BLOCKS
        for line in block.splitlines()
        if NOT_HERE.match(line)
    ]
    assert skipped == [
        "make bundle",
        "make test",
        ". .venv/bin/activate",
        "pip install dist/*.whl sigma-cli",
        "sigma list pipelines",
        "sigma convert -t splunk -p okta_splunk rules/detection/sequence",
    ]
    targets = re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert {*re.findall(r"`?\bmake (\w+)`", README), "bundle", "test"} <= {*targets}


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_commands_of_the_readme_run(clone: Path, number: int) -> None:
    lines = [line.removeprefix("$ ").removeprefix(".venv/bin/") for line in
             BLOCKS[number].splitlines() if not NOT_HERE.match(line)]  # fmt: skip
    for done in _one_by_one(lines, clone):
        # Backtests exit with 1 where a promise of alerts a day is not held; the page shows one.
        promised = "--expect" in done.args[-1]
        assert done.returncode in ((0, 1) if promised else (0,)), (done.args[-1], done.stderr)
        assert "Traceback" not in done.stderr


def _one_by_one(lines: list[str], folder: Path) -> Iterator[subprocess.CompletedProcess[str]]:
    for line in lines:
        yield shell(line, folder)
        if "cd " in line:
            folder /= line.rpartition("cd ")[2].split()[0]


@pytest.mark.slow
def test_the_commands_of_install_run(tmp_path: Path) -> None:
    """Those for a shell that stand in a line of text, on a log of the demo."""
    named = {one for one in re.findall(r"`(okta-access [^`{]+)`", install_page()) if one}
    assert named == {
        "okta-access scan export.jsonl.gz",
        "okta-access assumptions LOG",
        "okta-access bundle verify .",
        "okta-access deploy",
    }
    export = (fixtures_dir() / "demo" / "week.jsonl").read_bytes()
    for name in ("export.jsonl.gz", "LOG"):
        (tmp_path / name).write_bytes(gzip.compress(export))
    # tests/api/test_verifying.py and tests/deploy run the others.
    for command in sorted(named - {"okta-access bundle verify .", "okta-access deploy"}):
        done = shell(command, tmp_path)
        assert done.returncode == 0, done.stderr


@contextmanager
def _kibana(heard: list[tuple[str, str, dict[str, str], bytes]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def _hear(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.command, self.path, dict(self.headers), body))
            self.send_response(200)
            self.end_headers()

        do_POST = do_PATCH = _hear  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="not run: there is no curl on the PATH")
def test_the_requests_of_install_are_what_the_api_takes(tmp_path: Path) -> None:
    """Import: one multipart file. Upgrade: a PATCH a rule, each a line of the file as it is."""
    rules = kibana()["okta_access.ndjson"]
    (tmp_path / "okta_access.ndjson").write_bytes(rules)
    import_, patch = BLOCK.findall(install_page())
    heard: list[tuple[str, str, dict[str, str], bytes]] = []
    with _kibana(heard) as address:
        for block in (import_, patch):
            done = shell(block, tmp_path, KIBANA=address, KEY="secret")
            assert done.returncode == 0, done.stderr
    for _, _, headers, _ in heard:
        assert (headers["kbn-xsrf"], headers["Authorization"]) == ("true", "ApiKey secret")
    (method, path, headers, body), *patches = heard
    assert (method, path) == ("POST", "/s/SPACE/api/detection_engine/rules/_import")
    assert headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="file"; filename="okta_access.ndjson"' in body
    assert rules in body
    assert {(one[0], one[1]) for one in patches} == {
        ("PATCH", "/s/SPACE/api/detection_engine/rules")
    }
    assert {one[2]["Content-Type"] for one in patches} == {"application/json"}
    assert [json.loads(one[3]) for one in patches] == [*map(json.loads, rules.splitlines())]
