"""Files out of Maven repositories, by the ``mvn`` command as the machine has it set up."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from engines import EngineUnavailable

_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_PROJECT = (
    "<project><modelVersion>4.0.0</modelVersion>"
    "<groupId>okta-access.engines</groupId><artifactId>{name}</artifactId>"
    "<version>1</version><packaging>pom</packaging>{body}</project>\n"
)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file of a repository. ``alone``: without what it depends on."""

    group: str
    name: str
    version: str
    type: str = "jar"
    alone: bool = False

    def xml(self) -> str:
        """The artifact as a dependency of a POM."""
        every = "<groupId>*</groupId><artifactId>*</artifactId>"
        exclusions = f"<exclusions><exclusion>{every}</exclusion></exclusions>"
        return (
            f"<dependency><groupId>{escape(self.group)}</groupId>"
            f"<artifactId>{escape(self.name)}</artifactId>"
            f"<version>{escape(self.version)}</version><type>{escape(self.type)}</type>"
            f"{exclusions if self.alone else ''}</dependency>"
        )


def fetch(
    wanted: Mapping[str, Sequence[Artifact]],
    into: Path,
    repository: Path,
    *,
    strict: bool = True,
) -> dict[str, Path]:
    """The files of each set of artifacts and of all they need at run time, a directory a set.

    Everything happens in one run of Maven (a project with a module per set), with checksums
    enforced if it is ``strict``, for not every file has one. ``into`` is where the sets are laid
    down, ``repository`` Maven's local repository.
    Raises :class:`EngineUnavailable` without ``mvn``, or when Maven cannot get a file.
    """
    mvn = shutil.which("mvn")
    if mvn is None:
        raise EngineUnavailable("needs Maven (mvn) to fetch its files, and finds none on PATH")
    modules = "".join(f"<module>{name}</module>" for name in wanted)
    _write(into, "all", f"<modules>{modules}</modules>")
    for name, artifacts in wanted.items():
        parent = (
            "<parent><groupId>okta-access.engines</groupId><artifactId>all</artifactId>"
            "<version>1</version></parent>"
        )
        dependencies = "".join(artifact.xml() for artifact in artifacts)
        _write(into / name, name, f"{parent}<dependencies>{dependencies}</dependencies>")
    command = [
        mvn, "--batch-mode", "--quiet", "--no-transfer-progress",
        "--strict-checksums" if strict else "--lax-checksums",
        f"-Dmaven.repo.local={repository}", "--file", str(into / "pom.xml"),
        _COPY, "-DincludeScope=runtime",
    ]  # fmt: skip
    ran = subprocess.run(command, cwd=into, capture_output=True, text=True, check=False)
    if ran.returncode:
        # Codes for colours may stand before the word, whatever was asked for.
        reasons = (line.partition("[ERROR]")[2].strip() for line in ran.stdout.splitlines())
        reason = next(filter(None, reasons), "no reason given")
        raise EngineUnavailable(f"Maven could not fetch its files: {reason}")
    return {name: into / name / "target" / "dependency" for name in wanted}


def digests(sets: Mapping[str, Path]) -> str:
    """All files of these directories in the form of ``sha256sum``, sorted by name."""
    files = sorted(
        (f"{name}/{path.name}", path) for name, at in sets.items() for path in at.iterdir()
    )
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
                   for name, path in files)  # fmt: skip


def _write(directory: Path, name: str, body: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "pom.xml").write_text(_PROJECT.format(name=name, body=body), encoding="utf-8")
