"""Each check's docstring is its documentation: it has the form, and its examples are true.

A wrong example marks what the finding points at: «…».
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import okta_access.rules
from okta_access.lint.registry import Check, all_checks
from tests.builders.linting import FIXTURE, LOCK, PLAIN, lint_text, rule_with
from tests.lint_pages import FOLDER, pages

FENCE = re.compile(
    r"^(Wrong|Right):\n\n```(text|toml|yaml(?: file| fixture)?)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# No YAML in a docstring can be binary, or larger than a mebibyte: test_robustness has these.
WITHOUT_WRONG = {"OA001", "OA006"}
CHECKS = list(all_checks().values())
# First line and column, last line and the column after the last.
Place = tuple[int, int, int, int]


def examples(check: Check) -> list[tuple[str, str, str]]:
    """The examples of a check: Wrong or Right, the kind of block, its text."""
    return FENCE.findall(check.documentation)


def cases() -> list[object]:
    return [
        pytest.param(check.code, *example, id=f"{check.code}-{example[0]}-{number}")
        for check in CHECKS
        for number, example in enumerate(examples(check))
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_documentation_has_the_form(check: Check) -> None:
    assert re.fullmatch(r"OA\d{3}", check.code)
    assert check.title
    assert not check.title.endswith(".")
    words = {example[0] for example in examples(check)}
    assert words == ({"Right"} if check.code in WITHOUT_WRONG else {"Wrong", "Right"})
    # Every fence was read as an example: none stands there untested.
    assert check.documentation.count("```") == 2 * len(examples(check))


def unmarked(text: str) -> tuple[str, set[Place]]:
    """The text without its marks, and what stood between each « and ».

    A » on a line of its own says that the place ends where that line begins.

    >>> unmarked("a: «b»\\n")
    ('a: b\\n', {(1, 4, 1, 5)})
    >>> unmarked("«a: b\\n»\\nc: d\\n")
    ('a: b\\nc: d\\n', {(1, 1, 2, 1)})
    """
    plain, begun, found = "", (1, 1), set()
    for piece in re.split(r"(«|^»\n|»)", text, flags=re.MULTILINE):
        line, column = plain.count("\n") + 1, len(plain) - plain.rfind("\n")
        if piece == "«":
            begun = line, column
        elif piece.startswith("»"):
            found.add((*begun, line, column))
        else:
            plain += piece
    return plain, found


@pytest.mark.parametrize(("code", "word", "kind", "text"), cases())
def test_example(tmp_path: Path, code: str, word: str, kind: str, text: str) -> None:
    """A wrong example is found in the places that it marks and no other, a right one nowhere."""
    full, marked = unmarked(rule_with(text) if kind == "yaml" else text)
    where = {"yaml fixture": "fixtures", "toml": "", "text": ""}.get(kind, "rules")
    if kind == "yaml fixture":
        result = lint_text(tmp_path, PLAIN, fixture=full)
    elif kind == "toml":
        result = lint_text(tmp_path, PLAIN, settings=full)
    elif kind == "text":
        result = lint_text(tmp_path, PLAIN, lock=full)
    else:
        result = lint_text(tmp_path, full, lock=LOCK if code.startswith("OA80") else None)
    spans = [finding.span for finding in result.findings if finding.code == code]
    assert {(s.line, s.column, s.end_line, s.end_column) for s in spans} == marked
    assert not where or {Path(s.file).parent.name for s in spans} <= {where}
    assert bool(marked) == (word == "Wrong")


def test_the_plain_rule_has_no_findings(tmp_path: Path) -> None:
    assert lint_text(tmp_path, PLAIN, fixture=FIXTURE).findings == ()


def test_codes_are_unique() -> None:
    modules = [path for path in _checks_folder().rglob("*.py") if path.name != "__init__.py"]
    assert len(modules) == len(CHECKS)


def test_every_code_of_the_loader_is_documented() -> None:
    """Every literal code in the floor below, so that `--explain` knows what `lint` can say."""
    folder = Path(okta_access.rules.__path__[0])
    written = {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"OA\d{3}", node.value)
    }
    assert written  # the search finds something
    assert written <= {*all_checks()}


def _checks_folder() -> Path:
    import okta_access.lint.checks

    return Path(okta_access.lint.checks.__path__[0])


def test_the_pages_say_what_the_checks_say() -> None:
    """`python -m tests.lint_pages` makes them anew."""
    assert {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()} == pages()
    listed = pages()["README.md"]
    assert all(f"[{check.code}]({check.code}.md)" in listed for check in CHECKS)
