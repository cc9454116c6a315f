"""``okta-access deploy`` as an admin meets it: nothing happens unasked; the code says what was."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from okta_access.cli import run
from tests.builders.files import write
from tests.builders.kibana import KEY, Kibana
from tests.builders.loopback import Asked, Faulty, Told, answering
from tests.builders.own_rules import own_rules
from tests.builders.splunk_cloud import INSPECTED, Cloud
from tests.builders.splunk_cloud import TOKEN as CLOUD_TOKEN
from tests.builders.splunk_rest import MACROS, SEARCHES, TOKEN, Splunk

PACK = """\
[pack]
id = "acme"
name = "Acme"
version = "1.2.3"
author = "Acme's SOC"
"""


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A team's own repository, with its secrets in the environment."""
    own_rules(tmp_path)
    write(tmp_path, {"okta-access.toml": PACK})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OKTA_ACCESS_KIBANA_API_KEY", KEY)
    monkeypatch.setenv("OKTA_ACCESS_SPLUNK_TOKEN", TOKEN)
    return tmp_path


@pytest.fixture
def kibana() -> Kibana:
    return Kibana({"default": {}, "soc": {}})


@pytest.fixture
def url(kibana: Kibana) -> Iterator[str]:
    with answering(kibana) as address:
        yield address


def test_kibana_from_plan_to_drift(
    kibana: Kibana, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ["--kibana", url, "--space", "soc"]
    assert run(["deploy", "plan", *to]) == 0
    planned = capsys.readouterr()
    assert "create: " in planned.out
    assert run(["deploy", "drift", *to]) == 1
    assert capsys.readouterr().out == planned.out
    assert kibana.spaces["soc"] == {}

    assert run(["deploy", "apply", "--yes", *to]) == 0
    assert planned.out == capsys.readouterr().out
    rules = kibana.spaces["soc"]
    assert planned.out.count("create: ") == len(rules) > 0
    assert {rule["enabled"] for rule in rules.values()} == {False}
    assert run(["deploy", "drift", *to]) == 0
    assert capsys.readouterr().out == ""

    key = next(iter(rules))
    kibana.edit(key, "soc", query="*", enabled=True)
    assert run(["deploy", "drift", *to]) == 1
    assert f"update: {rules[key]['name']} ({key})\n  query:" in capsys.readouterr().out
    assert run(["deploy", "apply", "--yes", *to]) == 0
    assert rules[key]["query"] != "*"
    assert rules[key]["enabled"] is True
    assert kibana.spaces["default"] == {}


def test_splunk_from_plan_to_drift(capsys: pytest.CaptureFixture[str]) -> None:
    splunk = Splunk({"acme"})
    with answering(splunk) as url:
        assert run(["deploy", "apply", "--yes", "--splunk", url]) == 0
        assert run(["deploy", "drift", "--splunk", url]) == 0
        assert splunk.things[SEARCHES]
        assert {thing.app for thing in splunk.things[SEARCHES].values()} == {"acme"}
        splunk.things[MACROS]["alpha_filter"].local["definition"] = "search NOT user=svc"
        splunk.things[SEARCHES]["Acme - Alpha - Rule"].local["disabled"] = "0"
        assert run(["deploy", "drift", "--splunk", url]) == 0
        splunk.things[SEARCHES]["Acme - Alpha - Rule"].local["cron_schedule"] = "0 0 1 1 *"
        capsys.readouterr()
        assert run(["deploy", "drift", "--splunk", url]) == 1
    out = capsys.readouterr().out
    assert out.startswith("update: search Acme - Alpha - Rule\n  cron_schedule: 0 0 1 1 * -> ")


def test_splunk_cloud_from_plan_to_drift(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OKTA_ACCESS_SPLUNK_TOKEN", CLOUD_TOKEN)
    cloud = Cloud()
    with answering(cloud) as url:
        to = ["--splunk-cloud", f"{url}/acme"]
        assert run(["deploy", "plan", *to]) == 0
        assert capsys.readouterr().out == "create: app acme\n"
        apply = ["deploy", "apply", "--yes", *to]
        assert run(apply) == 2
        assert "apply needs --acs-legal-ack" in capsys.readouterr().err
        assert run([*apply, "--acs-legal-ack"]) == 2
        assert "set OKTA_ACCESS_APPINSPECT_TOKEN" in capsys.readouterr().err
        assert cloud.apps == {}

        token = write(repository, {"token": INSPECTED}) / "token"
        token.chmod(0o600)
        assert run([*apply, "--acs-legal-ack", "--appinspect-file", str(token)]) == 0
        assert cloud.apps == {"acme": "1.2.3"}
        assert run(["deploy", "drift", *to]) == 0
        write(repository, {"okta-access.toml": PACK.replace("1.2.3", "1.3.0")})
        told = capsys.readouterr()
        assert run(["deploy", "drift", *to]) == 1
    assert capsys.readouterr().out == "update: app acme\n  version: 1.2.3 -> 1.3.0\n"
    assert not any(secret in told.out + told.err for secret in (CLOUD_TOKEN, INSPECTED))


def test_what_is_splunk_clouds_is_not_anothers(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", "apply", "--yes", "--kibana", url, "--acs-legal-ack"]) == 2
    assert "are Splunk Cloud's" in capsys.readouterr().err


def test_nothing_is_changed_unasked(
    kibana: Kibana, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", "apply", "--kibana", url]) == 2
    assert "there is nobody to ask; say --yes" in capsys.readouterr().err
    assert kibana.spaces["default"] == {}


@pytest.mark.parametrize(("answer", "code"), [("n\n", 130), ("y\n", 0)])
def test_on_a_terminal_it_asks(
    kibana: Kibana,
    url: str,
    answer: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return answer

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer.strip())
    assert run(["deploy", "apply", "--kibana", url]) == code
    assert "create: " in capsys.readouterr().out
    assert bool(kibana.spaces["default"]) == (code == 0)


def test_a_run_that_breaks_off_says_how_far_it_came(
    kibana: Kibana, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(Kibana):
        def __call__(self, asked: Asked) -> Told:
            if asked.method == "POST" and self.spaces["default"]:
                return Told({"message": "the disk is full"}, 500)
            return super().__call__(asked)

    full = Full()
    with answering(full) as url:
        assert run(["deploy", "apply", "--yes", "--format", "json", "--kibana", url]) == 2
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert told["made"] == [*full.spaces["default"]]
    changes = len(told["changes"])
    assert f"1 of {changes} changes were made; run it again to go on" in captured.err
    kibana.spaces = full.spaces
    with answering(kibana) as url:
        assert run(["deploy", "apply", "--yes", "--kibana", url]) == 0
    assert len(kibana.spaces["default"]) == changes


def test_the_secret_is_shown_nowhere(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["plan"], ["apply", "--yes"], ["drift", "--format", "json"]):
        run(["deploy", *arguments, "--kibana", url])
    refused = Faulty(Kibana(), {0: Told({"message": f"what is {KEY}?"}, 401)})
    with answering(refused) as other:
        assert run(["deploy", "plan", "--kibana", other]) == 2
    captured = capsys.readouterr()
    assert "does not accept the secret: what is (the secret)?" in captured.err
    assert KEY not in captured.out + captured.err


def test_a_broken_rule_is_not_taken_for_one_that_is_gone(
    repository: Path, kibana: Kibana, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", "apply", "--yes", "--kibana", url]) == 0
    for key in kibana.spaces["default"]:
        kibana.edit(key, enabled=True)
    (repository / "rules" / "often.yml").write_text("title: [", "utf-8")
    capsys.readouterr()
    assert run(["deploy", "apply", "--yes", "--kibana", url]) == 1
    assert "a rule that is left out would count as gone" in capsys.readouterr().err
    assert all(rule["enabled"] for rule in kibana.spaces["default"].values())


def test_own_rules_without_a_pack_are_not_brought_as_ours(
    repository: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "okta-access.toml").unlink()
    assert run(["deploy", "plan", "--kibana", url]) == 2
    assert "name your pack in okta-access.toml under [pack]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one of --kibana, --splunk and --splunk-cloud"),
        (["--kibana", "https://a", "--splunk", "https://b"], "name one of"),
        (["--splunk", "https://b", "--space", "x"], "--space and --audit are Kibana's"),
        (["--kibana", "http://kibana.example"], "readable for everyone on the way"),
        (["--kibana", "https://me:pw@kibana.example"], "secrets are no arguments"),
        (["--kibana", "https://a", "--space", "../x"], "is no space's identifier"),
        (["--kibana", "https://a", "--secret-file", "none"], "none: No such file"),
        (["--splunk", "https://acme.splunkcloud.com:8089"], "Splunk Cloud takes apps as files"),
        (["--splunk", "https://b", "--splunk-cloud", "https://c"], "name one of"),
        (["--splunk-cloud", "https://admin.splunk.com"], "no stack is named"),
        (["--splunk-cloud", "https://c/acme", "--delete"], "has nothing to delete"),
        (["--splunk-cloud", "https://c/acme", "--audit"], "--space and --audit are Kibana's"),
    ],
)
def test_what_cannot_run_is_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["deploy", "plan", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_without_its_library_it_says_how_to_get_it(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    assert run(["deploy", "plan", "--kibana", url]) == 2
    assert 'pip install "okta-access-detections[deploy]"' in capsys.readouterr().err


def test_it_says_that_it_was_not_run_on_the_products(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["deploy", "--help"]) == 0
    assert "NOT RUN ON A REAL KIBANA OR SPLUNK" in " ".join(capsys.readouterr().out.split())
