"""What users install: under which licences, and that nothing of it asks a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.licences import NOTICE, ROOT, licences, listed

# Raised where a socket of the network is made, or a name is looked up, in Python or in C. Sockets
# of this machine's own (AF_UNIX) are how processes talk to each other.
NO_NETWORK = """\
import socket
import sys

def forbid(event, arguments):
    if event == "socket.__new__" and arguments[1] != socket.AF_UNIX:
        raise SystemExit(f"a socket of the network was made: {arguments[1:]}")
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit(f"a name was looked up: {arguments}")

sys.addaudithook(forbid)
"""
REVIEW = str(ROOT / "rules" / "detection" / "review")
DEMO = str(ROOT / "fixtures" / "demo" / "week.jsonl")


def test_notice_lists_every_licence() -> None:
    notice = NOTICE.read_text("utf-8")
    assert notice == listed(notice)
    assert all(licences().values())


def test_no_licence_binds_what_users_write() -> None:
    """The LGPL leaves them free as long as its packages stay packages of their own."""
    found = licences()
    strong = {n: one for n, one in found.items() if re.search(r"(?<!L)A?GPL|Affero", one)}
    assert strong == {}
    lesser = {n for n, one in found.items() if "LGPL" in one}
    assert lesser == {"pysigma", "pysigma-backend-elasticsearch", "pysigma-backend-splunk"}


def alone(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A run that ends where it asks for a network, as do all processes that it starts."""
    (folder / "sitecustomize.py").write_text(NO_NETWORK)
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('example.com', 443)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
    ],
)
def test_the_guard_stands(tmp_path: Path, program: str) -> None:
    done = alone(tmp_path, "-c", program)
    assert done.returncode != 0
    assert "network" in done.stderr or "looked up" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", REVIEW],
        ["compile", "--target", "all", "--output", "out"],
        ["scan", DEMO],
        ["scan", DEMO, "--jobs", "2"],
        ["test", REVIEW, "--jobs", "2"],
        ["bundle", REVIEW, "--no-site", "--output", "out"],
    ],
    ids=" ".join,
)
def test_no_command_asks_a_network(tmp_path: Path, arguments: list[str]) -> None:
    done = alone(tmp_path, "-m", "okta_access.cli", *arguments)
    assert done.returncode == 0, done.stderr
