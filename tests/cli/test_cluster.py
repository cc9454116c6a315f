"""``okta-access backtest --elasticsearch``, as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from okta_access.cli import run
from okta_access.cli.cluster import API_KEY, PASSWORD
from tests.builders.backtests import CANCEL, CREATE, DELETE, event, event_rule, log
from tests.builders.cluster_logs import index
from tests.builders.files import write
from tests.builders.scripted import PRODUCT, Answer, Script, served

DAYS = ["--since", "2026-01-01", "--until", "2026-01-08"]
NEEDS_TARGET = event_rule(5, "targeted", CANCEL).replace(
    f"eventType: {CANCEL}", f"eventType: {CANCEL}, target.id: x"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small rules in the current folder, and no credentials in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (API_KEY, PASSWORD):
        monkeypatch.delenv(name, raising=False)
    write(
        tmp_path,
        {
            "rules/alpha.yml": event_rule(1, "alpha", CREATE, "high"),
            "rules/beta.yml": event_rule(2, "beta", CANCEL),
            "rules/audit.yml": event_rule(3, "audit", DELETE, "informational"),
            "rules/loud.yml": event_rule(4, "loud", CREATE),
            "rules/defaults.toml": '[rules.loud]\nenabled = false\nreason = "it is loud"\n',
        },
    )
    return tmp_path


@pytest.fixture
def script() -> Script:
    """A server that lets nobody in."""
    error = {"type": "security_exception", "reason": "unable to authenticate"}
    return Script({"GET /": [Answer({"error": {"root_cause": [error], **error}}, 401)]})


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with served(script) as address:
        yield address


EVENTS = [event(1, CREATE, 0), event(2, CREATE, 1), event(3, CANCEL, 50), event(4, DELETE, 60)]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--include-off", "--level", "informational", "--format", "csv"],
        ["--rule", "loud", "--include-off", "--format", "json"],
        ["--expect", "high=0.1", "--format", "junit"],
    ],
    ids=lambda options: " ".join(options) or "text",
)
def test_a_cluster_gives_what_the_file_gives(
    elasticsearch_url: str, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    log(Path("log.jsonl"), EVENTS)
    code = run(["backtest", "log.jsonl", *DAYS, *options])
    of_file = capsys.readouterr().out
    with index(elasticsearch_url, [*EVENTS, EVENTS[0]]) as name:
        asked = ["backtest", "--elasticsearch", elasticsearch_url, "--index", name]
        assert run([*asked, *DAYS, *options]) == code
    captured = capsys.readouterr()
    assert captured.out == of_file
    assert (
        f"cluster: {name} at {elasticsearch_url}, "
        "2026-01-01T00:00:00.000Z to 2026-01-08T00:00:00.000Z"
    ) in captured.err
    assert "documents: 5 of the catalogue's types, from 2026-01-01T" in captured.err


def test_rules_that_cannot_be_counted_are_named_and_have_no_row(
    folder: Path, elasticsearch_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"rules/targeted.yml": NEEDS_TARGET})
    okta = {"event_type": {"type": "keyword"}, "uuid": {"type": "keyword"}}
    mappings = {
        "dynamic": False,
        "properties": {"@timestamp": {"type": "date"}, "okta": {"properties": okta}},
    }
    with index(elasticsearch_url, EVENTS, mappings=mappings) as name:
        settings = folder / "own.toml"
        settings.write_text(f'[elastic]\nindex = ["{name}"]\n', "utf-8")
        asked = ["backtest", "--elasticsearch", elasticsearch_url, "--settings", str(settings)]
        expected = ["--expect", "low=9", "--expect", "high=9", "--expect", "each=9"]
        assert run([*asked, *DAYS, *expected, "--format", "json"]) == 2
    captured = capsys.readouterr()
    reason = f"no index behind {name} has the field `okta.target.id`"
    assert f"error: not counted: targeted: {reason}\n" in captured.err
    report = json.loads(captured.out)
    assert [row["rule"] for row in report["rules"]] == ["alpha", "beta"]
    # What holds of a part of the rules is not said to hold of all.
    assert "low: at most 9 a day; found not counted: targeted" in captured.err
    assert "high: at most 9 a day" not in captured.err


def test_no_events_are_no_comfort(
    elasticsearch_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with index(elasticsearch_url, EVENTS) as name:
        asked = ["backtest", "--elasticsearch", elasticsearch_url, "--index", name]
        assert run([*asked, "--until", "2020-01-01"]) == 0
    captured = capsys.readouterr()
    assert "30 days, 2019-12-02 to 2019-12-31" in captured.out
    assert "warning: the cluster holds no event of a type that the catalogue knows" in captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name log files, or a cluster with --elasticsearch, and not both"),
        (["log.jsonl", "--elasticsearch", "http://h:1"], "and not both"),
        (["log.jsonl", "--insecure"], "without --elasticsearch there is no cluster"),
        (["log.jsonl", "--index", "i"], "without --elasticsearch there is no cluster"),
        (["--elasticsearch", "http://h:1", "--against", "rules"], "no alerts to compare"),
        (
            ["--elasticsearch", "https://h:1", "--insecure", "--ca-certs", "c"],
            "exclude one another",
        ),
        (["--elasticsearch", "https://h:1", "--user", "u", "--api-key-file", "k"], "exclude each"),
        (["--elasticsearch", "http://h:1", "--index", "a | LIMIT 1"], "expected an index"),
        (["--elasticsearch", "http://h:1", "--index", "a,b"], "expected an index"),
        (["--elasticsearch", "h:1"], "not the address of an Elasticsearch cluster"),
        (["--elasticsearch", "http://h:1", "--timeout", "0"], "--timeout"),
        (["--elasticsearch", "http://h:1", "--since", "9000-01-01"], "there is no time to look at"),
        (["--elasticsearch", "http://h:1", "--since", "1900-01-01"], "too many to tell"),
        (["--elasticsearch", "http://h:1", "--api-key-file", "none"], "none: No such file"),
        (["--elasticsearch", "http://h:1", "--api-key-file", "empty"], "expected an API key"),
        (["--elasticsearch", "http://h:1", "--user", "u"], f"set {PASSWORD}"),
    ],
)
def test_what_cannot_be_asked(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    log(Path("log.jsonl"), EVENTS)
    (folder / "empty").write_text("\n", "utf-8")
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert run(["--quiet", "backtest", *arguments]) == 2
    assert message in " ".join(capsys.readouterr().err.split())


class TestCredentials:
    def ask(self, url: str, *options: str) -> int:
        return run(["backtest", "--elasticsearch", url, *options])

    def sent(self, script: Script) -> str | None:
        return script.asked[-1][1].get("authorization")

    def test_are_asked_for(
        self, script: Script, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.ask(url) == 2
        assert self.sent(script) is None
        assert f"set {API_KEY}, or give --api-key-file or --user" in capsys.readouterr().err

    def test_come_from_environment_file_and_prompt_and_are_never_shown(
        self,
        folder: Path,
        script: Script,
        url: str,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        (folder / "key").write_text("ZmlsZTprZXk=\n", "utf-8")
        monkeypatch.setenv(API_KEY, "ZW52OmtleQ==")
        assert self.ask(url) == 2
        assert self.sent(script) == "ApiKey ZW52OmtleQ=="
        assert self.ask(url, "--api-key-file", "key") == 2
        assert self.sent(script) == "ApiKey ZmlsZTprZXk="
        monkeypatch.setenv(PASSWORD, "s3cret")
        assert self.ask(url, "--user", "ann") == 2
        assert self.sent(script) == "Basic YW5uOnMzY3JldA=="
        monkeypatch.delenv(PASSWORD)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        hidden: list[Any] = []

        def typed(text: str, **options: Any) -> str:
            hidden.append((text, options["hide_input"]))
            return "typed"

        monkeypatch.setattr("click.prompt", typed)
        assert self.ask(url, "--user", "ann") == 2
        assert self.sent(script) == "Basic YW5uOnR5cGVk"
        assert hidden == [("password of ann", True)]
        captured = capsys.readouterr()
        shown = captured.out + captured.err
        assert "does not accept the credentials: unable to authenticate (HTTP 401)" in shown
        assert "credentials go over http, readable for everyone on the way" in shown
        for secret in ("ZmlsZTprZXk", "ZW52OmtleQ", "s3cret", "typed", "YW5u"):
            assert secret not in shown

    def test_a_server_that_is_too_old_is_named(
        self, script: Script, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        script.answers["GET /"] = [Answer({"version": {"number": "7.17.9"}}, headers=dict(PRODUCT))]
        assert self.ask(url) == 2
        assert f"{url} is Elasticsearch 7.17.9 (8 and 9 are known" in capsys.readouterr().err
