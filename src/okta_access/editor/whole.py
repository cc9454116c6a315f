"""A whole project judged by a process of its own: ``python -m okta_access.editor.whole ROOT``.

It takes about a second of a processor, in which an editor is to be answered; and a thread will not
do, for what reads settings and catalogues may be used by one at a time.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from okta_access.content import rules_dir
from okta_access.editor.projects import Project
from okta_access.errors import OktaAccessError
from okta_access.lint.findings import Finding, without_consequences
from okta_access.lint.outcome import lint_paths

_Findings = tuple[Finding, ...]


async def judged_apart(project: Project) -> _Findings:
    """The findings on the saved files of a project. Raises :class:`OktaAccessError`."""
    paths = (project.root, *project.catalogs)
    # -P: nothing is imported from the folder that the editor stands in.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        __name__,
        *map(str, paths),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        told, error = await process.communicate()
    except asyncio.CancelledError:  # the project has changed since
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise OktaAccessError(error.decode(errors="replace").strip())
    return msgspec.json.decode(told, type=_Findings)


def judged(project: Project) -> _Findings:
    """The same, in this process."""
    if not project.rules.is_dir():
        return ()
    found = lint_paths(project.paths, project.catalog_files(), project.settings, rules_dir())
    return without_consequences(found.findings)


def main(root: str, *catalogs: str) -> int:
    """Print the findings as JSON; an error goes to stderr, and gives 2."""
    try:
        found = judged(Project(Path(root), tuple(map(Path, catalogs))))
    except OktaAccessError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.buffer.write(msgspec.json.encode(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
