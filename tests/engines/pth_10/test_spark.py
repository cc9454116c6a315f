"""What the driver prints, and the list of what is fetched."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engines import EngineBroken, EngineUnavailable
from engines.pth_10 import spark
from engines.pth_10.spark import Answer, Question, answers, ask


def test_answers_are_read_line_by_line() -> None:
    assert answers("found a b\nfound \nfailed java.lang.Error: no\nfailed \n", 4) == [
        Answer(frozenset({"a", "b"})),
        Answer(frozenset()),
        Answer(None, "java.lang.Error: no"),
        Answer(None, "no reason given"),
    ]


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("", "pth_10 gave 0 answers to 1 questions"),
        ("found a", "pth_10 gave 0 answers to 1 questions"),
        ("found a\nfound b\n", "pth_10 gave 2 answers to 1 questions"),
        ("WARN something\n", "pth_10 answered 'WARN something'"),
    ],
)
def test_anything_else_is_no_answer(output: str, said: str) -> None:
    with pytest.raises(EngineBroken) as told:
        answers(output, 1)
    assert str(told.value) == said


def test_without_java_it_is_not_to_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable):
        ask({"events": []}, [Question("events", "index=okta")])


def test_what_is_fetched_is_listed_with_checksums() -> None:
    lines = spark._LOCK.read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  pth_10/\S+\.jar", line) for line in lines)
    names = {line.split("/")[1] for line in lines}
    assert names >= {
        f"pth_10-{spark.VERSION}.jar",
        f"spark-sql_2.12-{spark.SPARK}.jar",
        f"spark-mllib_2.12-{spark.SPARK}.jar",
    }


def test_jars_that_are_not_those_of_the_list_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKTA_ACCESS_ENGINES_CACHE", str(tmp_path / "cache"))
    served = tmp_path / "served"
    served.mkdir()
    (served / "pth_10-0.0.1.jar").write_text("another")
    monkeypatch.setattr(spark, "fetch", lambda *_: {"pth_10": served})
    with pytest.raises(EngineBroken, match=r"is not what pth_10\.sha256 lists"):
        spark._jars()
