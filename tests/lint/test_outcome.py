"""What a lint run comes to is kept, and a kept outcome is never an older one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from okta_access.cli import run
from okta_access.lint import engine, outcome
from okta_access.lint.outcome import Outcome, lint_paths
from okta_access.rules.reading import file_reads
from okta_access.store import fingerprints, folder
from tests.builders.files import write
from tests.builders.graphs import graph
from tests.builders.rules import HEAD

RULE = HEAD + "detection:\n  s: {actor.id: a}\n  condition: s\n"
FIXTURE = (
    "match:\n  - why: It is so.\n    event: {eventType: access.request.create, actor.id: a}\n"
    "miss:\n  - why: It is not.\n    event: {eventType: access.request.create, actor.id: b}\n"
)
FILES = {
    "rules/detection/r.yml": RULE,
    "rules/correlation/base/base.yml": RULE.replace("name: r", "name: base"),
    "rules/correlation/c.yml": (
        "title: C\nid: c\nname: c\nlevel: low\ncorrelation:\n  type: event_count\n"
        "  rules: [base]\n  timespan: 1h\n  condition: {gte: 2}\n"
    ),
    "rules/filter/f.yml": (
        "title: F\nid: f\nname: f\nlogsource: {product: okta, service: okta}\n"
        "filter:\n  rules: [r]\n  s: {actor.id: z}\n  condition: not s\n"
    ),
    "fixtures/r.yml": FIXTURE,
    "fixtures/base.yml": FIXTURE,
    "more.yml": (
        "form: okta-access-fields/1\nfields:\n  - {path: custom.thing, type: string,"
        " description: d, splunk: custom.thing, elastic: okta.custom.thing}\n"
    ),
}
RULES, MORE = (Path("rules"),), (Path("more.yml"),)


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache beside a small project; the code was not touched just now."""
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setattr(fingerprints, "_STARTED", float("inf"))
    write(tmp_path / "here", FILES)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "kept"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One item for each time that the checks run."""
    found: list[None] = []
    run_checks = engine.run_checks

    def noting(*arguments: object) -> engine.Result:
        found.append(None)
        return run_checks(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run_checks", noting)
    return found


def anew(*paths: Path, catalogs: tuple[Path, ...] = ()) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(folder.VARIABLE, "off")
        return lint_paths(paths, catalogs)


def same(one: Outcome, other: Outcome) -> bool:
    return graph(one) == graph(other)


def test_nothing_changed_nothing_run(runs: list[None]) -> None:
    expected = anew(*RULES)
    assert expected.findings
    for count in (2, 2, 2):
        assert same(lint_paths(RULES), expected)
        assert len(runs) == count


def link_to_elsewhere() -> None:
    write(Path("../far"), {"rules/r.yml": RULE})
    Path("rules/detection/r.yml").unlink()
    Path("rules/detection/r.yml").symlink_to(Path("../far/rules/r.yml").resolve())


def folder_in_its_place() -> None:
    Path("rules/detection/r.yml").unlink()
    Path("rules/detection/r.yml").mkdir()


EDITS: dict[str, Callable[[], object]] = {
    "a rule": lambda: write(Path(), {"rules/detection/r.yml": RULE.replace("actor.id", "actr.id")}),
    "a suppression": lambda: write(
        Path(), {"rules/detection/r.yml": "# okta-access: ignore OA501 -- why\n" + RULE}
    ),
    "a new rule": lambda: write(Path(), {"rules/new.yml": RULE}),
    "a rule less": lambda: Path("rules/detection/r.yml").unlink(),
    "a rule renamed": lambda: Path("rules/detection/r.yml").rename("rules/detection/q.yml"),
    "a fixture": lambda: write(Path(), {"fixtures/r.yml": FIXTURE.replace("why", "wy")}),
    "a fixture less": lambda: Path("fixtures/r.yml").unlink(),
    "a fixture more": lambda: write(Path(), {"fixtures/c.yml": "match: [\n"}),
    "a base less": lambda: Path("rules/correlation/base/base.yml").unlink(),
    "a folder in a rule's place": folder_in_its_place,
    "a catalogue file": lambda: write(
        Path(), {"more.yml": FILES["more.yml"].replace("custom.thing,", "custom.other,")}
    ),
    "a rule behind a link": link_to_elsewhere,
    "settings": lambda: write(Path(), {"okta-access.toml": "[rules.zz]\nenabled = false\n"}),
    "settings of the rules": lambda: write(Path(), {"rules/defaults.toml": "x = 1\n"}),
    "no rights to a rule": lambda: Path("rules/detection/r.yml").chmod(0),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize(
    "paths",
    [RULES, (Path("rules/detection"), Path("rules/correlation/c.yml"))],
    ids=["all", "part"],
)
def test_after_any_edit_it_is_as_if_anew(edit: Callable[[], object], paths: tuple[Path]) -> None:
    lint_paths(paths, MORE)
    edit()
    for _ in range(2):
        assert same(lint_paths(paths, MORE), anew(*paths, catalogs=MORE))


def test_a_link_that_leads_elsewhere_is_noticed() -> None:
    """The rule's text is the same; its fixture is another project's."""
    for name in ("one", "two"):
        write(Path(name), {"rules/r.yml": RULE})
    write(Path("one"), {"fixtures/r.yml": FIXTURE})
    link = Path("rules/detection/r.yml")
    link.unlink()
    link.symlink_to(Path("one/rules/r.yml").resolve())
    lint_paths(RULES)
    link.unlink()
    link.symlink_to(Path("two/rules/r.yml").resolve())
    expected = anew(*RULES)
    assert [one for one in expected.findings if one.code == "OA601" and one.span.file == str(link)]
    assert same(lint_paths(RULES), expected)


def test_another_folder_has_its_own_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    lint_paths(RULES)
    write(Path("../there"), FILES | {"fixtures/r.yml": "match: ["})
    monkeypatch.chdir("../there")
    assert same(lint_paths(RULES), anew(*RULES))


@pytest.mark.parametrize("name", ["code", "libraries"])
def test_another_code_or_library_runs_the_checks(
    name: str, runs: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint_paths(RULES)
    monkeypatch.setattr(outcome, name, lambda *_: b"another")
    lint_paths(RULES)
    assert len(runs) == 2


def test_what_changes_while_it_is_read_is_not_kept(
    runs: list[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks read comments from files that the loader has read before."""
    run_checks = engine.run_checks

    def editing(*arguments: object) -> engine.Result:
        if len(runs) == 0:
            write(Path(), {"rules/detection/r.yml": RULE + "# edited\n"})
        return run_checks(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "run_checks", editing)
    lint_paths(RULES)
    lint_paths(RULES)
    assert len(runs) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode([[], b""]),
        msgspec.msgpack.encode([[["content", "rules/detection/r.yml", "", b"x"]], b""]),
        msgspec.msgpack.encode([[["remove", "rules/detection/r.yml", "", b"x"]], b""]),
        msgspec.msgpack.encode([[], outcome._packing().pack(())]),
        msgspec.msgpack.encode([[["is_file", "\0", "", b"x"]], b""]),
    ],
)
def test_what_is_no_kept_outcome_is_made_anew(content: bytes, runs: list[None]) -> None:
    key = outcome._key(outcome._Asked(RULES, (), None, None))
    assert key is not None
    assert folder.write("lint", key, content)
    assert same(lint_paths(RULES), anew(*RULES))
    lint_paths(RULES)
    assert len(runs) == 2  # and was kept in its place


def test_a_name_that_is_no_text_is_not_kept(runs: list[None]) -> None:
    Path(os.fsdecode(b"rules/\xff.yml")).write_text(RULE)
    for _ in range(2):
        assert same(lint_paths(RULES), anew(*RULES))
    assert len(runs) == 4


@pytest.mark.parametrize("form", ["text", "sarif"])
@pytest.mark.parametrize("arguments", [["rules"], ["rules/filter", "gone"], ["gone"], []])
def test_output_and_exit_code_are_the_same(
    form: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    for cache in ("off", None, None):
        with pytest.MonkeyPatch.context() as patch:
            if cache:
                patch.setenv(folder.VARIABLE, cache)
            code = run(["lint", *arguments, "--format", form, "--fail-on", "warning"])
        shown.append((code, *capsys.readouterr()))
    assert shown[0] == shown[1] == shown[2]


PROBE = """
import sys
def hook(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
        print(event, arguments[0], file=sys.stderr)
sys.addaudithook(hook)
from okta_access.cli import run
run(["--quiet", "lint", "rules/correlation", "rules/detection/r.yml"])
"""


def test_every_file_that_is_opened_is_noted() -> None:
    """By Python's own word: what the run opens or lists in the project is among its questions."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**os.environ, folder.VARIABLE: "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    seen = [line.partition(" ") for line in done.stderr.splitlines()]
    here = Path.cwd()
    opened = {here / name for event, _, name in seen if event == "open"}
    listed = {here / name for event, _, name in seen if event.startswith("os.")}
    with file_reads.noted() as answers:
        paths = (Path("rules/correlation"), Path("rules/detection/r.yml"))
        outcome._lint(outcome._Asked(paths, (), None, None))
    read = {here / look.path for look in answers if look.kind == "content"}
    places = {here / look.path for look in answers if look.kind != "content"}
    assert {path for path in opened if here in path.parents} == read
    below = {path for path in listed if here in path.parents}
    assert here / "rules/correlation/base" in below
    assert [path for path in below if not places & {path, *path.parents}] == []
