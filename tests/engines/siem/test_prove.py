"""The proof on a real Kibana and Splunk, as far as it needs none: against answers as documented."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from engines import EngineBroken, EngineUnavailable
from engines.siem import containers, kibana, splunk
from engines.siem.compare import Found, Run, told
from engines.siem.corpus import SECOND, Corpus, corpus
from engines.siem.web import Web, basic, until
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from okta_access.catalog.times import event_time, time_text
from okta_access.compile.targets.kibana import TARGET as KIBANA_TARGET
from okta_access.compile.targets.splunk_app import TARGET as SPLUNK_TARGET
from okta_access.rules.model import Correlation
from tests.engines.siem.servers import Kibana, Splunk, server

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_790_000_000 * SECOND
HEAD = "title: {0}\nid: 00000000-0000-4000-8000-00000000000{1}\nname: {0}\nlevel: medium\n"
EVENT_RULE = HEAD.format("deleted", 1) + (
    "logsource: {product: okta, service: okta}\n"
    "detection: {s: {eventType: access.request.sequence.delete}, condition: s}\n"
)
COUNT = HEAD.format("many", 2) + (
    "correlation: {type: event_count, rules: [deleted], group-by: [actor.id],"
    " timespan: 1h, condition: {gte: 2}}\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("rules")
    for name, text in (("deleted", EVENT_RULE), ("many", COUNT)):
        (folder / f"{name}.yml").write_text(text)
    return corpus(load_rules(folder), NOW)


@pytest.fixture(scope="module")
def release(made: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    job = job_of(made.book)
    rules = KIBANA_TARGET.compile(job).files
    with zipfile.ZipFile(folder / "a-kibana.zip", "w") as archive:
        for name in rules:
            archive.writestr(name, rules[name])
    (app,) = SPLUNK_TARGET.compile(job).files.values()
    (folder / "a-splunk.tar.gz").write_bytes(app)
    return folder


def ids(events: Corpus) -> dict[str, str]:
    return {rule.meta.id: name for name, rule in events.rules.items()}


# --- what is sent --------------------------------------------------------------------------


def test_the_corpus_ends_a_little_ago_and_names_every_event_once(made: Corpus) -> None:
    times = [event_time(event) or 0 for event in made.events]
    assert times == sorted(times)
    assert times[-1] == NOW - 600 * SECOND
    assert NOW - times[0] < 15 * 86_400 * SECOND, "the demo week and not much more"
    assert {*made.rules} == {"deleted", "many"}
    assert made.found["deleted"]
    assert made.found["many"]
    week = [str(event["uuid"]) for event in made.events if str(event["uuid"]).startswith("week-")]
    assert 1000 < len(week) < len(made.events)


def test_a_correlation_fires_within_the_time_that_a_run_sees(made: Corpus) -> None:
    rule = made.rules["many"]
    assert isinstance(rule, Correlation)
    key, time = next(iter(made.found["many"].items()))
    assert key in made.groups(rule, 3600, time)
    assert key not in made.groups(rule, 3600, time - 3700 * SECOND)


# --- Kibana ---------------------------------------------------------------------------------


def found_by_kibana(made: Corpus, preview: Mapping[str, Any]) -> list[dict[str, list[Any]]]:
    """What the reference finds, as the hits of a preview."""
    name = ids(made)[preview["rule_id"]]
    if name == "deleted":
        return [{"okta.uuid": list(key)} for key in made.found[name]]
    return [
        {"okta.actor.id": list(key)}
        for key, time in made.found[name].items()
        if time_text(time + 60 * SECOND) == preview["timeframeEnd"]
    ]


def kibana_runs(made: Corpus, release: Path, product: Kibana) -> list[Run]:
    product.imported["success_count"] = 2
    with server(product) as url:
        web = Web(url)
        rules = kibana.imported(web, release / "a-kibana.zip")
        return [*kibana.runs(web, web, rules, made, NOW)]


def test_a_kibana_that_finds_what_the_reference_finds(made: Corpus, release: Path) -> None:
    product = Kibana(lambda preview: found_by_kibana(made, preview))
    runs = kibana_runs(made, release, product)
    lines, well = told(runs)
    assert well, lines
    assert {run.rule for run in runs} == {"deleted", "many"}
    previews = [json.loads(body) for _, path, body in product.sent if path.endswith("/preview")]
    for one in previews:
        assert one["invocationCount"] == 1
        assert re.fullmatch(r"now-\d+m", one["from"])
    whole = next(one for one in previews if ids(made)[one["rule_id"]] == "deleted")
    minutes = int(whole["from"].removeprefix("now-").removesuffix("m"))
    assert NOW - minutes * 60 * SECOND <= made.first


def test_the_import_is_a_form_with_the_file(made: Corpus, release: Path) -> None:
    product = Kibana(lambda _: [])
    kibana_runs(made, release, product)
    ((_, path, body),) = [one for one in product.sent if "_import" in one[1]]
    assert path.endswith("?overwrite=true")
    head, _, rest = body.partition(b"\r\n\r\n")
    assert b'name="file"; filename="okta_access.ndjson"' in head
    lines = [json.loads(line) for line in rest.splitlines() if line.startswith(b"{")]
    assert {one["rule_id"] for one in lines} == {*ids(made)}


@pytest.mark.parametrize(
    "answer",
    [
        {"errors": [{"rule_id": "r", "error": {"status_code": 400, "message": "no"}}]},
        {"success_count": 1},
    ],
)
def test_a_kibana_that_does_not_take_a_rule_is_a_fault(
    release: Path, answer: dict[str, Any]
) -> None:
    product = Kibana(lambda _: [])
    product.imported |= {"success_count": 2, **answer}
    with server(product) as url, pytest.raises(EngineBroken, match=r"Kibana (refused|took)"):
        kibana.imported(Web(url), release / "a-kibana.zip")


def test_what_kibana_misses_invents_or_cannot_run_is_told(made: Corpus, release: Path) -> None:
    missed = kibana_runs(made, release, Kibana(lambda _: []))
    lines, well = told(missed)
    assert not well
    assert any(line.startswith("kibana: deleted, all events: missed") for line in lines)
    assert any(line.startswith("kibana: many, ") and "missed 1:" in line for line in lines)
    stranger = {"okta.uuid": ["stranger"], "okta.actor.id": ["stranger"]}
    more = Kibana(lambda preview: [*found_by_kibana(made, preview), stranger])
    lines, well = told(kibana_runs(made, release, more))
    assert not well
    assert "kibana: deleted, all events: invented 1: stranger" in lines
    broken = Kibana(lambda _: [])
    broken.errors = ["verification_exception: Unknown column [okta.uuid]"]
    lines, well = told(kibana_runs(made, release, broken))
    assert not well
    assert any("did not run: verification_exception" in line for line in lines)


def test_events_lie_under_the_pattern_of_the_rules(made: Corpus, elasticsearch_url: str) -> None:
    web = Web(elasticsearch_url)
    try:
        kibana.loaded(web, made)
        assert web.ask("GET", "/logs-okta*/_count")["count"] == len(made.events)
        asked = {"query": {"term": {"okta.event_type": "access.request.sequence.delete"}}}
        hits = web.ask("POST", "/logs-okta*/_search?size=100", asked)["hits"]["hits"]
        found = {(hit["_source"]["okta"]["uuid"],) for hit in hits}
        assert {*made.found["deleted"]} <= found
    finally:
        web.ask("DELETE", "/okta-access-siem", fine=(404,))


def test_events_that_elasticsearch_refuses_are_a_fault(made: Corpus) -> None:
    def refuses(method: str, path: str, body: bytes) -> tuple[int, Any]:
        error = {"type": "document_parsing_exception", "reason": "no such day"}
        return 200, {"errors": True, "items": [{"index": {"status": 400, "error": error}}]}

    with server(refuses) as url, pytest.raises(EngineBroken, match="refused 1 events: no such day"):
        kibana.loaded(Web(url), made)


# --- Splunk ---------------------------------------------------------------------------------


def found_by_splunk(made: Corpus, search: str) -> list[dict[str, Any]]:
    if " Deleted " in unquote(search):
        return [{"uuid": uuid} for (uuid,) in made.found["deleted"]]
    return [{"user_id": actor} for (actor,) in made.found["many"]]


def splunk_runs(made: Corpus, release: Path, product: Splunk) -> list[Run]:
    with server(product) as url:
        web = Web(url)
        app, stanzas = splunk.installed(web, release / "a-splunk.tar.gz", "/release")
        splunk.sent(web, web, made.events)
        return [*splunk.runs(web, app, stanzas, made, NOW, pause=0.0)]


def test_a_splunk_that_finds_what_the_reference_finds(made: Corpus, release: Path) -> None:
    product = Splunk(lambda search: found_by_splunk(made, search))
    lines, well = told(splunk_runs(made, release, product))
    assert well, lines
    assert lines[-1].startswith("splunk: 2 rules, 2 runs, ")
    assert [one["event"] for one in product.events] == [dict(one) for one in made.events]
    first = product.events[0]
    assert {**first, "event": {}} == {
        "time": made.first / SECOND, "index": "okta", "sourcetype": "OktaIM2:log", "event": {},
    }  # fmt: skip
    place = dict(product.forms)
    assert place["/services/apps/local"] == {
        "name": ["/release/a-splunk.tar.gz"], "filename": ["true"], "update": ["true"],
    }  # fmt: skip
    switched = [form for path, form in product.forms if path.endswith("Rule")]
    assert switched == [{"disabled": ["0"], "is_scheduled": ["0"]}] * 2
    dispatched = [form for path, form in product.forms if path.endswith("/dispatch")]
    for form in dispatched:
        minutes = int(form["dispatch.earliest_time"][0].strip("-m"))
        assert NOW - minutes * 60 * SECOND <= made.first
        assert form["trigger_actions"] == ["0"]


def test_what_splunk_misses_invents_or_cannot_run_is_told(made: Corpus, release: Path) -> None:
    lines, well = told(splunk_runs(made, release, Splunk(lambda _: [])))
    assert not well
    assert sum("missed" in line for line in lines) == 2
    several = Splunk(
        lambda search: [*found_by_splunk(made, search), {"uuid": ["a", "b"], "user_id": None}]
    )
    lines, well = told(splunk_runs(made, release, several))
    assert not well
    assert "splunk: deleted, all events: invented 1: a|b" in lines
    failing = Splunk(lambda _: [])
    failing.failed = True
    lines, well = told(splunk_runs(made, release, failing))
    assert not well
    assert "splunk: many, all events: did not run: no" in lines


def test_a_collector_that_refuses_is_a_fault(made: Corpus) -> None:
    def refuses(method: str, path: str, body: bytes) -> tuple[int, Any]:
        return 200, {"text": "Server is busy", "code": 9}

    with server(refuses) as url, pytest.raises(EngineBroken, match="Server is busy"):
        splunk.sent(Web(url), Web(url), made.events)


# --- the rest -------------------------------------------------------------------------------


def test_nothing_run_is_nothing_proven() -> None:
    assert told([]) == ([], False)
    good = Run("s", "r", "t", {("a",)}, {("a",), ("b",)}, Found(frozenset({("a",), ("b",)})))
    assert told([good]) == (["s: 1 rules, 1 runs, 2 alerts, 0 runs with differences"], True)


def test_only_loopback_is_asked() -> None:
    with pytest.raises(EngineBroken, match="not on loopback"):
        Web("http://192.0.2.1:9200").ask("GET", "/")


@pytest.mark.parametrize(("status", "said"), [(503, {"a": 1}), (200, b"<html>")])
def test_an_answer_that_is_none_is_a_fault(status: int, said: Any) -> None:
    with server(lambda *_: (status, said)) as url, pytest.raises(EngineBroken):
        Web(url).ask("GET", "/")


def test_a_product_is_waited_for_and_not_for_ever() -> None:
    states: Iterator[tuple[int, Any]] = iter([(503, {}), (200, {"up": False}), (200, {"up": True})])
    with server(lambda *_: next(states)) as url:
        until("it", lambda: bool(Web(url).ask("GET", "/")["up"]), 5, pause=0.0)
    with pytest.raises(EngineBroken, match="it did not get ready"):
        until("it", lambda: False, 0.01, pause=0.0)


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(Web("http://127.0.0.1", {"Authorization": basic("u", "secret")}))
    assert basic("u", "secret") not in repr(Web("http://127.0.0.1", {"A": basic("u", "secret")}))


def test_without_docker_it_says_so_and_exits_2(tmp_path: Path) -> None:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    ran = subprocess.run(
        [sys.executable, "-m", "engines.siem", str(tmp_path)],
        env={**os.environ, "PATH": str(tmp_path), "PYTHONPATH": paths},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr == "prove-siem: there is no docker on this machine\n"


def test_a_docker_that_does_not_work_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "docker"
    program.write_text(f"#!{shutil.which('sh')}\necho 'cannot connect' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match=r"docker compose version.*cannot connect"):
        containers.check()


def test_containers_listen_on_loopback_and_have_no_secret_of_their_own() -> None:
    text = (ROOT / "engines/siem/compose.yml").read_text("utf-8")
    services = yaml.safe_load(text)["services"]
    assert {*services} == {"elasticsearch", "kibana", "splunk"}
    for service in services.values():
        assert all(port.startswith("127.0.0.1::") for port in service["ports"])
        image = re.fullmatch(r"\$\{([A-Z]+_IMAGE):-[a-z./]+:([0-9.]+)\}", service["image"])
        assert image, "a tag by default, a digest where one is set"
        for name, value in service["environment"].items():
            if re.search("PASSWORD$|KEY$|TOKEN$", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:\?made by engines/siem\}", value), name
    needed = {*re.findall(r"\$\{([A-Z_]+):\?", text)}
    source = (ROOT / "engines/siem/containers.py").read_text("utf-8")
    assert all(f'"{name}"' in source for name in needed)


def test_the_workflow_is_started_by_hand_and_may_only_read() -> None:
    text = (ROOT / ".github/workflows/siem.yml").read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow[True] == {"workflow_dispatch": None}  # YAML 1.1 reads `on` so
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["prove"]["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["prove"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used)
    assert [step["run"] for step in steps if "run" in step] == ["make bundle", "make prove-siem"]


def test_the_app_of_a_release_is_read_where_it_lies(release: Path) -> None:
    with tarfile.open(release / "a-splunk.tar.gz") as packed:
        (member,) = (m for m in packed if m.name.endswith("/default/savedsearches.conf"))
        assert isinstance(packed.extractfile(member), io.BufferedReader)
