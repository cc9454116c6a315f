"""The Java that an engine runs on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engines import EngineUnavailable

_INSTALLED = Path("/usr/lib/jvm")  # where Debian, Ubuntu and Fedora put them side by side


@dataclass(frozen=True, slots=True)
class Java:
    """A Java runtime: its home directory and its feature release (17, 21, …)."""

    home: Path
    release: int


def find_java(least: int) -> Java:
    """The Java of ``JAVA_HOME``, else the one on PATH, else one beside it that is new enough.

    Raises :class:`EngineUnavailable` when there is none or it is older than ``least``.
    """
    java_home = os.environ.get("JAVA_HOME")
    command = str(Path(java_home, "bin", "java")) if java_home else shutil.which("java")
    wish = f"needs Java {least} or later"
    if command is None:
        raise EngineUnavailable(f"{wish}, and finds none on PATH")
    java = _java(command, wish)
    if java.release >= least:
        return java
    for other in sorted(_INSTALLED.glob("*/bin/java")):
        beside = _java(str(other), wish)
        if beside.release >= least:
            return beside
    raise EngineUnavailable(f"{wish}, and finds Java {java.release}")


def _java(command: str, wish: str) -> Java:
    try:
        told = subprocess.run(
            [command, "-XshowSettings:properties", "-version"],
            capture_output=True, text=True, check=True,
        ).stderr  # fmt: skip
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineUnavailable(f"{wish}, and {command} does not run") from error
    home = re.search(r"^\s*java\.home = (.+)$", told, re.MULTILINE)
    release = re.search(r"^\s*java\.specification\.version = (?:1\.)?(\d+)$", told, re.MULTILINE)
    if home is None or release is None:
        raise EngineUnavailable(f"{wish}, and {command} does not tell its version")
    return Java(Path(home[1]), int(release[1]))
