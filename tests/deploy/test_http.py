"""Servers that are busy, broken, in between or not the one that was meant."""

from __future__ import annotations

import shutil
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_access.compile.identity import OURS
from okta_access.deploy.access import Access
from okta_access.deploy.apply import apply
from okta_access.deploy.errors import SiemError
from okta_access.deploy.plan import Action, Change, plan
from okta_access.deploy.splunk.app import App
from okta_access.deploy.splunk.objects import shipped_objects
from okta_access.errors import InputError
from tests.builders.kibana import KEY, Kibana
from tests.builders.loopback import HANG_UP, Answer, Asked, Faulty, Told, answering
from tests.builders.scripted import make_certificate
from tests.builders.splunk_rest import SEARCHES, TOKEN, Splunk, Thing
from tests.deploy.kibana_rules import put, rule, rule_id, shipped, space

BEFORE_WRITES = 4  # status, space, tagged rules, one by its id
junk: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, "x", [], {}, [None], [[]], {"x": None}]
)
steps = st.lists(st.integers(0, 40), min_size=1, max_size=5)


@dataclass
class Garbled:
    """Answers as another does, but one answer is junk in one place, ``steps`` into it."""

    answer: Answer
    number: int
    steps: list[int]
    junk: Any
    asked: int = 0

    def __call__(self, asked: Asked) -> Told:
        told = self.answer(asked)
        self.asked += 1
        if self.asked - 1 == self.number:
            return replace(told, body=_garbled(deepcopy(told.body), self.steps, self.junk))
        return told


def _garbled(value: Any, steps: list[int], junk: Any) -> Any:
    if not steps or not isinstance(value, dict | list) or not value:
        return junk
    keys = sorted(value) if isinstance(value, dict) else range(len(value))
    key = keys[steps[0] % len(keys)]
    value[key] = _garbled(value[key], steps[1:], junk)
    return value


BUSY = Told({"message": "later"}, 429)


def run(faulty: Faulty, *rules: dict[str, Any], **options: Any) -> list[str]:
    """Plan and apply; gives the keys of what was done, also where it broke off."""
    made: list[Change] = []
    with answering(faulty) as url:
        siem, wanted = space(url, **options), shipped(*rules)
        try:
            apply(siem, plan(siem, wanted), made.append)
        except SiemError as error:
            said = [str(error)]
        else:
            said = []
    assert not any(KEY in one for one in said)
    return [*(one.key for one in made), *said]


@pytest.mark.parametrize("status", [429, 502, 503])
@pytest.mark.parametrize("number", [0, BEFORE_WRITES + 1])
def test_a_busy_server_is_asked_again(status: int, number: int) -> None:
    busy = {number: Told({"message": "later"}, status), number + 1: Told(b"<html>", status)}
    assert run(Faulty(Kibana(), busy), rule(1)) == [rule_id(1)]


def test_a_server_that_stays_busy() -> None:
    faulty = Faulty(Kibana(), dict.fromkeys(range(3), BUSY))
    (said,) = run(faulty, rule(1), retries=2)
    assert "is too busy: later (HTTP 429) (run it again later)" in said
    assert len(faulty.asked) == 3


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        ("7", 7.0),
        ("3600", 60.0),
        ("9" * 5_000, 60.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", 60.0),
    ],
)
def test_a_server_that_says_when_is_believed_up_to_a_minute(
    told: str, waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
    busy = Told({"message": "later"}, 429, {"Retry-After": told})
    assert run(Faulty(Kibana(), {0: busy}), rule(1)) == [rule_id(1)]
    assert pauses == [waited]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "fault", [Told({"message": "An internal server error occurred"}, 500), HANG_UP]
)
def test_a_run_that_broke_off_is_resumed(fault: Told, after: bool) -> None:
    """Whether or not the write was done before its answer was lost."""
    kibana = Kibana()
    faulty = Faulty(kibana, {BEFORE_WRITES + 4: fault}, after)  # at the second write
    rules = [rule(1), rule(2), rule(3)]
    put(kibana, rules[2])
    first, said = run(faulty, *rules)
    assert first == rule_id(1)
    assert "An internal server error occurred (HTTP 500)" in said or "cannot reach" in said
    assert run(Faulty(kibana), *rules) == ([] if after else [rule_id(2)])
    assert [*kibana.spaces["default"]] == [rule_id(n) for n in ((3, 1, 2))]


def test_a_read_without_an_answer_is_asked_again_and_a_write_is_not() -> None:
    assert run(Faulty(Kibana(), {0: HANG_UP}), rule(1)) == [rule_id(1)]
    faulty = Faulty(Kibana(), {BEFORE_WRITES + 1: HANG_UP}, after=True)
    (said,) = run(faulty, rule(1))
    assert "cannot reach" in said
    assert [asked.method for asked in faulty.asked].count("POST") == 1


def test_a_server_that_does_not_answer() -> None:
    slow = Told({"status": {}}, wait=1.0)
    (said,) = run(Faulty(Kibana(), {0: slow}), rule(1), timeout=0.2, retries=0)
    assert "no answer from" in said
    assert "within 0.2 s" in said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Told({"message": "unable to authenticate"}, 401), "does not accept the secret: unable"),
        (Told({"message": "forbidden"}, 403), "does not allow it: forbidden (HTTP 403)"),
        (Told(b"<html>Sign in</html>"), "does not answer in JSON: HTTP 200"),
        (Told(b"<html>Bad gateway</html>", 500), "does not answer in JSON: HTTP 500"),
        (Told(b"[" * 200_000), "does not answer in JSON: HTTP 200"),
        (Told(b"", 302, {"Location": "http://evil.example/"}), "sends on to another address"),
        (Told({"message": f"bad key {KEY}"}, 401), "bad key (the secret)"),
        (Told({"entry": []}), "is not Kibana"),
        (Told(["odd"]), "is not Kibana"),
    ],
)
def test_what_is_not_the_server_that_was_meant(fault: Told, said: str) -> None:
    faulty = Faulty(Kibana(), {0: fault})
    (told,) = run(faulty, rule(1))
    assert said in told
    assert len(faulty.asked) == 1


@given(number=st.integers(0, 6), steps=steps, junk=junk)
@settings(max_examples=60)
def test_what_is_not_understood_is_one_line(number: int, steps: list[int], junk: Any) -> None:
    kibana = Kibana()
    put(kibana, rule(1, query="edited", required_fields=[{"name": "a", "type": "b"}]))
    with answering(Garbled(kibana, number, steps, junk)) as url, suppress(SiemError):
        siem, ours = space(url), shipped(rule(1), rule(2))
        apply(siem, plan(siem, ours), lambda _: None)
    splunk = Splunk({"ours"})
    settings = {"search": "x", "actions": "email", "action.correlationsearch.metadata": "{}"}
    splunk.things[SEARCHES]["Ours - A - Rule"] = Thing("ours", None, settings)
    wanted = shipped_objects([("Ours - A - Rule", {"search": "y", "action.risk": "1"})], [])
    with answering(Garbled(splunk, number, steps, junk)) as url, suppress(SiemError):
        app = App(Access(url, TOKEN), replace(OURS, app="ours", searches="Ours - "), wanted)
        apply(app, plan(app, wanted), lambda _: None)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_proxys_page_in_the_middle_is_no_answer(number: int) -> None:
    """A page that says 404, say, is not taken for a rule that is not there."""
    kibana = Kibana()
    put(kibana, rule(1, query="edited"))
    faulty = Faulty(kibana, {number: Told(b"<html>Not found</html>", 404)})
    *_, said = run(faulty, rule(1), rule(2))
    assert "does not answer in JSON: HTTP 404" in said


def test_nobody_is_there() -> None:
    with answering(Kibana()) as url:
        pass
    with pytest.raises(SiemError, match=r"cannot reach http://127\.0\.0\.1:"):
        plan(space(url, retries=0), shipped(rule(1)))


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificates")
    return {
        "right": make_certificate(folder, "right", "IP:127.0.0.1"),
        "wrong": make_certificate(folder, "wrong", "DNS:elsewhere.example"),
    }


def test_a_certificate_is_believed_where_its_authority_is_named(
    certificates: dict[str, Path],
) -> None:
    right = certificates["right"]
    with answering(Kibana(), right) as url:
        made = plan(space(url, ca_file=right.with_suffix(".crt")), shipped(rule(1)))
        assert [one.action for one in made.changes] == [Action.CREATE]
        for file in (None, certificates["wrong"].with_suffix(".crt")):
            with pytest.raises(SiemError, match=r"is not believed: self.signed .*--ca-file"):
                plan(space(url, ca_file=file), shipped(rule(1)))


def test_a_certificate_for_another_host(certificates: dict[str, Path]) -> None:
    wrong = certificates["wrong"]
    with answering(Kibana(), wrong) as url, pytest.raises(SiemError, match="is not valid for"):
        plan(space(url, ca_file=wrong.with_suffix(".crt")), shipped(rule(1)))


def test_a_file_without_a_certificate(tmp_path: Path) -> None:
    for file, said in ((tmp_path / "none.pem", "No such file"), (tmp_path / "a.pem", "PEM form")):
        (tmp_path / "a.pem").write_text("no certificate", "ascii")
        with pytest.raises(InputError, match=said):
            space("https://127.0.0.1:1", ca_file=file)
