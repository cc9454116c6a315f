"""``python -m engines.splunk_app ARCHIVE``: a Splunk app held against the vendor's own inspection.

Three judges, each in an environment of its own with locked versions:

* splunk-appinspect, the checks for Splunk Cloud and for certification: no error, failure or
  warning. It is proprietary and free to use; its update of lists over the network is left out.
* splunk-packaging-toolkit (``slim validate``), which knows the settings of configuration files, as
  of 2017: what is newer is listed here.
* ksconf, which reads configuration files strictly: no stanza or key twice.

None of them reads the searches. Exits 1 when one objects, and 2 when one is not to be had.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

from engines import EngineBroken, EngineUnavailable, cache_folder

_HERE = Path(__file__).parent
_OBJECTED, _COULD_NOT_RUN = 1, 2
_TAGS = ("cloud", "precert")
_OBJECTIONS = ("error", "failure", "warning")
# Settings that came after the toolkit's specification, and a file of Enterprise Security's, whose
# specification is in no public registry.
_NEWER = frozenset({"allow_skew", "durable.lag_time", "durable.track_time_type"})
_ELSEWHERE = "Could not find analyticstories.conf.spec"
_UNDEFINED = re.compile(r"Undefined setting.*?([A-Za-z_][A-Za-z0-9_.]*)\s*=")


def main(arguments: list[str]) -> int:
    """Judges the archive that ``arguments`` names; gives the exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print("splunk app: give one archive", file=sys.stderr)
        return _COULD_NOT_RUN
    archive = Path(arguments[0]).resolve()
    objections: list[str] = []
    try:
        for name, judge in _JUDGES.items():
            tools = _environment(name)
            with tempfile.TemporaryDirectory(prefix="okta-access-app-") as scratch:
                found = list(judge(tools, archive, Path(scratch)))
            print(f"splunk app: {name}: {len(found) or 'no'} objections")
            objections += [f"{name}: {one}" for one in found]
    except (EngineUnavailable, EngineBroken) as error:
        print(f"splunk app: {error}", file=sys.stderr)
        return _COULD_NOT_RUN
    for one in objections:
        print(one, file=sys.stderr)
    return _OBJECTED if objections else 0


def _appinspect(tools: Path, archive: Path, scratch: Path) -> Iterator[str]:
    report = scratch / "report.json"
    command = [
        str(tools / "splunk-appinspect"), "inspect", str(archive), "--data-format", "json",
        "--output-file", str(report), "--skip-trusted-libraries-update",
    ]  # fmt: skip
    for tag in _TAGS:
        command += ["--included-tags", tag]
    ran = _run(command, scratch)
    if not report.is_file():
        raise EngineBroken(f"splunk-appinspect wrote no report, and said: {ran.strip()[-300:]}")
    found = json.loads(report.read_text("utf-8"))
    if not found["summary"]["success"]:
        yield "no check passed"
    for group in (group for one in found["reports"] for group in one["groups"]):
        for check in group["checks"]:
            if check["result"] in _OBJECTIONS:
                said = "; ".join(str(message["message"]) for message in check["messages"])
                yield f"{check['result']}: {check['name']}: {said}"


def _slim(tools: Path, archive: Path, scratch: Path) -> Iterator[str]:
    """It always exits 0: what counts is what it says."""
    said = _run([str(tools / "slim"), "validate", str(archive)], scratch)
    if "App validation complete" not in said:
        yield f"did not come to an end: {said.strip()[-300:]}"
    for line in said.splitlines():
        if _ELSEWHERE not in line and ("[WARNING]" in line or "[ERROR]" in line):
            setting = _UNDEFINED.search(line)
            if setting is None or setting[1] not in _NEWER:
                yield line.strip()


def _ksconf(tools: Path, archive: Path, scratch: Path) -> Iterator[str]:
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    files = [str(p) for p in scratch.rglob("*") if p.suffix in (".conf", ".meta")]
    said = _run([str(tools / "ksconf"), "check", *sorted(files)], scratch)
    if f"{len(files)} files were parsed successfully" not in said:
        yield from (line for line in said.splitlines() if not line.startswith("Successfully"))


_JUDGES: dict[str, Callable[[Path, Path, Path], Iterator[str]]] = {
    "splunk-appinspect": _appinspect,
    "splunk-packaging-toolkit": _slim,
    "ksconf": _ksconf,
}


def _run(command: list[str], scratch: Path) -> str:
    """What a tool says; it keeps its own files in ``scratch``."""
    own = {"HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch), "XDG_CACHE_HOME": str(scratch)}
    ran = subprocess.run(
        command,
        cwd=scratch,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.stdout


def _environment(name: str) -> Path:
    """The programs of a judge, installed if they are not in the cache yet."""
    lock = _HERE / f"{name}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    cache = cache_folder()
    ready = cache / f"{name}-{digest}-{sys.version_info.major}.{sys.version_info.minor}"
    if not (ready / "installed").is_file():
        shutil.rmtree(ready, ignore_errors=True)
        venv.create(ready, with_pip=True)
        ran = subprocess.run(
            [str(ready / "bin/python"), "-m", "pip", "install", "--quiet",
             "--disable-pip-version-check", "--require-hashes", "--requirement", str(lock)],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if ran.returncode:
            said = (ran.stderr.strip() or "nothing").splitlines()[-1]
            raise EngineUnavailable(f"{name} could not be installed: {said}")
        (ready / "installed").touch()
    return ready / "bin"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
