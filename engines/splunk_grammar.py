"""``python -m engines.splunk_grammar FOLDER…``: searches held against an independent grammar.

The grammar is that of Teragrep's ``pth_03``, a parser for a language written after Splunk's. It is
fetched from Maven Central onto the machine that runs it (AGPL 3), used there as it comes, and
never redistributed. It misses an unbalanced quote and a trailing pipe, which the interpreter of
``okta_access.prove.oracles.spl`` does not, and does not know macros: they are expanded before.

In each folder the ``*.spl`` files are read and, where there is one, ``savedsearches.conf`` with
the ``macros.conf`` beside it. Exits 1 when a search does not parse or there was none, and 2 when
the grammar is not to be had.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from engines import EngineBroken, EngineUnavailable, cache_folder
from engines.java import find_java
from engines.maven import Artifact, fetch
from okta_access.compile.splunk.app.conffile import read

_ARTIFACT = Artifact("com.teragrep", "pth_03", "9.4.1")
_SHA256 = "a5ac695479a8769837412de1f095cd3a9bdeb547e42c3aca9ab50fb52e00d335"
_DRIVER = Path(__file__).with_name("SplunkGrammar.java")
_OLDEST_JAVA = 17
_MACRO = re.compile(r"`([A-Za-z0-9_]+)`")
_REFUSED, _COULD_NOT_RUN = 1, 2


def main(arguments: list[str]) -> int:
    """Judges the searches in the folders that ``arguments`` name; gives the exit code."""
    searches = [one for folder in map(Path, arguments) for one in found(folder)]
    try:
        faults = parse([search for _, search in searches])
    except (EngineUnavailable, EngineBroken) as error:
        print(f"splunk grammar: {error}", file=sys.stderr)
        return _COULD_NOT_RUN
    bad = [(name, fault) for (name, _), fault in zip(searches, faults, strict=True) if fault]
    for name, fault in bad:
        print(f"{name}: {fault}", file=sys.stderr)
    print(
        f"splunk grammar: pth_03 {_ARTIFACT.version}: {len(searches)} searches, {len(bad)} refused"
    )
    return _REFUSED if bad or not searches else 0


def found(folder: Path) -> Iterator[tuple[str, str]]:
    """The searches in a folder by name, each on one line and without macros."""
    for path in sorted(folder.glob("*.spl")):
        yield path.name, " ".join(path.read_text("utf-8").split("\n"))
    saved = folder / "savedsearches.conf"
    if saved.is_file():
        stanzas = read((folder / "macros.conf").read_text("utf-8"))
        macros = {name: settings["definition"] for name, settings in stanzas}
        for name, settings in read(saved.read_text("utf-8")):
            expanded = _MACRO.sub(lambda m: macros[m[1]], settings["search"])
            yield name, " ".join(expanded.split("\n"))


def parse(searches: Sequence[str]) -> list[str]:
    """For each search what the grammar says against it; empty where it says nothing.

    Raises :class:`~engines.EngineUnavailable` without Java or the grammar, and
    :class:`~engines.EngineBroken` when it does not answer.
    """
    java = find_java(_OLDEST_JAVA).home / "bin" / "java"
    ran = subprocess.run(
        [str(java), "-cp", str(_grammar()), str(_DRIVER)],
        input="".join(f"{search}\n" for search in searches),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    answers = ran.stdout.split("\n")[:-1]
    if ran.returncode or len(answers) != len(searches):
        said = (ran.stderr.strip() or "nothing").splitlines()[-1]
        raise EngineBroken(f"the grammar gave {len(answers)} answers, and said: {said}")
    return answers


def _grammar() -> Path:
    """The jar, fetched if it is not in the cache yet, and compared with its checksum."""
    cache = cache_folder()
    jar = cache / f"pth_03-{_ARTIFACT.version}-{_SHA256[:12]}.jar"
    if not jar.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="unfinished-") as scratch:
            sets = fetch({"grammar": [_ARTIFACT]}, Path(scratch), cache / "m2")
            fetched = sets["grammar"] / f"pth_03-{_ARTIFACT.version}.jar"
            if hashlib.sha256(fetched.read_bytes()).hexdigest() != _SHA256:
                raise EngineBroken(f"what Maven fetched is not pth_03 {_ARTIFACT.version}")
            fetched.replace(jar)
    return jar


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
