"""Each check's docstring is its documentation: it has the form, and its examples are true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import okta_access.rules
from okta_access.lint.registry import Check, all_checks
from tests.builders.linting import FIXTURE, PLAIN, lint_text, rule_with

FENCE = re.compile(
    r"^(Wrong|Right):\n\n```(yaml(?: file| fixture)?)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
# No YAML in a docstring can be binary, or larger than a mebibyte: test_robustness has these.
WITHOUT_WRONG = {"OA001", "OA006"}
CHECKS = list(all_checks().values())


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


@pytest.mark.parametrize(("code", "word", "kind", "text"), cases())
def test_example(tmp_path: Path, code: str, word: str, kind: str, text: str) -> None:
    if kind == "yaml fixture":
        result = lint_text(tmp_path, PLAIN, fixture=text)
    else:
        result = lint_text(tmp_path, text if kind == "yaml file" else rule_with(text))
    codes = {finding.code for finding in result.findings}
    assert (code in codes) == (word == "Wrong")


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
