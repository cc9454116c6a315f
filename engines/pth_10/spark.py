"""pth_10 on Spark: fetched once, checked, and run for all questions in one process.

``python -m engines.pth_10.spark --relock`` rewrites the list of checksums after a deliberate
change of version.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engines import EngineBroken, cache_folder
from engines.distribution import only_one
from engines.java import find_java
from engines.maven import Artifact, digests, fetch

VERSION, SPARK = "8.3.1", "3.4.0"
NAME = f"pth_10 {VERSION} on Spark {SPARK}"
_WANTED = (
    Artifact("com.teragrep", "pth_10", VERSION),
    Artifact("org.apache.spark", "spark-sql_2.12", SPARK),
    Artifact("org.apache.spark", "spark-mllib_2.12", SPARK),
)
_HERE = Path(__file__).parent
_LOCK = _HERE / "pth_10.sha256"
_DRIVER = _HERE / "SplunkFilters.java"
_OLDEST_JAVA = 17
# What Spark reaches for inside Java (JavaModuleOptions.java of Spark 3.4).
_OPENED = (
    "java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio",
    "java.util", "java.util.concurrent", "java.util.concurrent.atomic", "jdk.internal.ref",
    "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar",
)  # fmt: skip
_MEMORY = ("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

Cells = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """A search over one of several tables of events."""

    table: str
    search: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The uuids found; or None, and the fault that kept it from finding any."""

    found: frozenset[str] | None
    fault: str = ""


def ask(tables: Mapping[str, Sequence[Cells]], questions: Sequence[Question]) -> list[Answer]:
    """What pth_10 answers to each question.

    Raises :class:`~engines.EngineUnavailable` without Java or the jars, and
    :class:`~engines.EngineBroken` when it does not answer.
    """
    java = find_java(_OLDEST_JAVA).home / "bin" / "java"
    jars = _jars()
    with tempfile.TemporaryDirectory(prefix="okta-access-pth_10-") as scratch:
        files = {name: Path(scratch) / f"{name}.jsonl" for name in tables}
        for name, rows in tables.items():
            files[name].write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        ran = subprocess.run(
            [str(java), *_MEMORY, *(f"--add-opens=java.base/{one}=ALL-UNNAMED" for one in _OPENED),
             "-cp", f"{jars}/*", str(_DRIVER), scratch],
            input="".join(f"{files[one.table]}\t{one.search}\n" for one in questions),
            cwd=scratch,
            env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )  # fmt: skip
    if ran.returncode:
        said = (ran.stderr.strip() or "nothing").splitlines()[-1]
        raise EngineBroken(f"pth_10 ended with {ran.returncode}, and said: {said}")
    return answers(ran.stdout, len(questions))


def answers(output: str, expected: int) -> list[Answer]:
    """What the driver printed. Raises :class:`~engines.EngineBroken` for anything else."""
    lines = output.split("\n")[:-1]
    if len(lines) != expected:
        raise EngineBroken(f"pth_10 gave {len(lines)} answers to {expected} questions")
    return [_answer(line) for line in lines]


def _answer(line: str) -> Answer:
    word, _, rest = line.partition(" ")
    match word:
        case "found":
            return Answer(frozenset(rest.split()))
        case "failed":
            return Answer(None, rest or "no reason given")
        case _:
            raise EngineBroken(f"pth_10 answered {line[:80]!r}")


def _jars() -> Path:
    """The directory of the jars, fetched if they are not in the cache yet, and checked."""
    cache = cache_folder()
    ready = cache / f"pth_10-{VERSION}-spark-{SPARK}"
    if not ready.is_dir():
        with only_one(cache):
            if ready.is_dir():
                return ready
            with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
                sets = _fetch(Path(scratch))
                if digests(sets) != _LOCK.read_text("utf-8"):
                    raise EngineBroken(f"what Maven fetched is not what {_LOCK.name} lists")
                sets["pth_10"].rename(ready)
    return ready


def _fetch(folder: Path) -> dict[str, Path]:
    # A repository of its own, thrown away: 220 jars need not be kept twice.
    return fetch({"pth_10": _WANTED}, folder, folder / "m2")


if __name__ == "__main__":
    if sys.argv[1:] == ["--relock"]:
        with tempfile.TemporaryDirectory() as folder:
            _LOCK.write_text(digests(_fetch(Path(folder))), "utf-8")
    print(_jars())
