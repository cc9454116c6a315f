"""Files that are no rules, or hardly: each gets its line, and nothing is ever raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_access.cli import run
from okta_access.content import fixtures_dir, rules_dir
from okta_access.lint.reports import concise
from tests.builders.linting import FIXTURE, PLAIN, lint_paths, lint_text

SAMPLES = [
    PLAIN.encode(),
    *(path.read_bytes() for path in sorted(rules_dir().rglob("*.yml"))[::7]),
]
FIXTURES = [
    FIXTURE.encode(),
    *(path.read_bytes() for path in sorted(fixtures_dir().glob("*.yml"))[::9]),
]
# Pieces that change how YAML, Sigma or the loader read what is around them.
PIECES = [
    *(b": - { } [ ] , | > ' \" % & * ! ? # @ ` \\ / ~ \t \r \n \0 \x7f".split(b" ")),
    *(b"--- ... <<: !!bool !!int !!float !!binary !x &a *a {a: [] [{ ]} null true 0x .nan".split()),
    *(b"|re |cidr |exists |all |cased |fieldref |expand |contains |neq |gt |base64offset".split()),
    *(b"not ( ) and or 1 all of them * ? %x% 10.0.0.0/8 target.id actor. eventType".split()),
    b"\xff",
    b"\xc3\x28",
    "\u2028".encode(),
    "😀".encode(),
    b"9" * 5000,
    b"repeat: 99",
    b"at: 9999999d",
]

SPECIAL = {
    "empty": (b"", "1:1", "OA007"),
    "only a comment": (b"# nothing\n", "1:1", "OA007"),
    "a list": (b"- a\n", "1:1", "OA007"),
    "binary": (bytes(range(256)), "2:1", "OA001"),
    "latin 1": (b"title: A\nauthor: Ren\xe9\n", "2:1", "OA001"),
    "utf-16": ("title: A".encode("utf-16"), "1:1", "OA001"),
    "a NUL": ("é: 1\ntitle: é\0".encode(), "2:9", "OA001"),
    "a tab": (b"title: A\n\tid: 1\n", "2:1", "OA002"),
    "deep flow": (b"[" * 10_000, "1:41", "OA004"),
    "deep dashes": (b"- " * 10_000, "1:81", "OA004"),
    "deep block": (b"".join(b" " * n + b"a:\n" for n in range(1_000)), "41:41", "OA004"),
    "a bomb": (
        b"a: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(
            b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 9))
            for n in range(9)
        ),
        None,
        "OA004",
    ),
    "a snake": (b"title: &a [*a]\n", None, "OA004"),
    "too many": (b"---\na: 1\n" * 100_000, None, "OA004"),
    "too large": (b"# " + b"x" * (1 << 20), "1:1", "OA006"),
    "a tag": (b"title: !!python/object/apply:os.system [x]\n", "1:8", "OA005"),
    "no boolean": (b"title: !!bool maybe\n", "1:8", "OA002"),
    "no number": (b'title: !!int ""\n', "1:8", "OA002"),
}


@pytest.mark.parametrize("name", SPECIAL)
def test_a_file_that_is_no_rule_gets_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    data, place, code = SPECIAL[name]
    path = tmp_path / "rule.yml"
    path.write_bytes(data)
    assert run(["--quiet", "lint", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    expected = f"{path}:{place}: error {code} " if place else f": error {code} "
    assert any(expected in line for line in lines), lines


def test_a_file_that_cannot_be_opened_gets_a_line(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    link = tmp_path / "rules" / "rule.yml"
    link.symlink_to(link)  # no right can take reading away from root, but this can
    assert lint_paths(tmp_path).findings == ()  # and a folder's listing passes it over


def test_one_broken_file_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yml").write_bytes(b"\0")
    (tmp_path / "b.yml").write_text(PLAIN.replace("level: informational", "level: x"), "utf-8")
    assert run(["--quiet", "lint", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert f"{tmp_path}/a.yml:1:1: error OA001" in shown
    assert f"{tmp_path}/b.yml:19:8: error OA102" in shown


def test_a_byte_order_mark_and_crlf_are_fine(tmp_path: Path) -> None:
    lint_text(tmp_path, PLAIN)
    path = tmp_path / "rules" / "rule.yml"
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode())
    assert lint_paths(path).findings == ()


@st.composite
def mangled(draw: st.DrawFn, samples: list[bytes]) -> bytes:
    """A file with a few stretches exchanged for pieces that matter, or for any bytes."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.sampled_from([0, 0, 1, 5, 40]))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        data = data[:start] + piece + data[end:]
    return data


def one_line_each(folder: Path) -> None:
    for finding in lint_paths(folder / "rules" / "rule.yml").findings:
        line = concise.line(finding)
        assert line.isprintable()
        assert finding.span.line >= 1
        assert finding.span.column >= 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=mangled(SAMPLES))
def test_a_mangled_rule_never_raises(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "rules").mkdir(exist_ok=True)
    (tmp_path / "rules" / "rule.yml").write_bytes(data)
    one_line_each(tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(data=mangled(FIXTURES))
def test_a_mangled_fixture_never_raises(tmp_path: Path, data: bytes) -> None:
    lint_text(tmp_path, PLAIN)
    (tmp_path / "fixtures" / "rule.yml").write_bytes(data)
    one_line_each(tmp_path)
