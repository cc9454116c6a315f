"""A page tells what the scan found, and nothing that a log holds becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from copy import deepcopy
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_access.casefile import kept
from okta_access.casefile.case import Limits
from okta_access.casefile.report import Report
from okta_access.catalog.template import Event
from okta_access.logs.reading import AS_FOUND
from okta_access.rules.model import Level
from okta_access.scan.engine import Scan
from okta_access.scan.run import scan_files
from tests.builders.hostile import TEXTS
from tests.builders.packaged import CATALOG, DEMO, RULES, demo_events
from tests.casefile.pages import NOTHING, Parsed, report_on, write_log

MARKUP = (
    "<script>document.title='owned'</script>", "</td></table></main><h1>owned</h1>", "<!--", "]]>",
    "\"><img src=x onerror=document.title='owned'>", "' onmouseover='document.title=1",
    "{{ 7 * 7 }}", "{% raw %}", "</style><style>*{display:none}</style>", "&lt;b&gt;",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)", "</details>", "<base href=//x>", "<?php", "=cmd|' /C calc'!A1",
)  # fmt: skip
values = st.one_of(st.sampled_from([*MARKUP, *TEXTS]), st.text(max_size=30))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the demo week."""
    page = tmp_path_factory.mktemp("demo") / "case.html"
    assert report_on(DEMO, page) == (page,)
    return page.read_text("utf-8")


def test_all_alerts_and_their_events_are_told(demo: str) -> None:
    parsed = Parsed(demo)
    scan = Scan(RULES, CATALOG, Level.LOW)
    alerts = [*scan_files(scan, (str(DEMO),), print, print)]
    assert alerts
    ids = [value for _, attrs in parsed.elements for name, value in attrs if name == "id"]
    assert len(ids) == len({*ids})
    numbered = [one for one in ids if one and one.startswith("alert-")]
    assert sorted(numbered) == sorted(f"alert-{n}" for n in range(1, len(alerts) + 1))
    for alert in alerts:
        assert alert.meta.title in parsed.text
        assert all(uuid in parsed.text for uuid in alert.events if uuid)
        assert all(str(place) in parsed.text for place in alert.source)
        assert all(str(actor) in parsed.text for actor in alert.context.actors)
    links = {value for _, attrs in parsed.elements for name, value in attrs if name == "href"}
    assert {link.removeprefix("#") for link in links if link} <= {*ids}


def test_the_story_names_who_stands_out(demo: str) -> None:
    text = Parsed(demo).text
    assert "16 alerts of 8 rules, 2026-03-02 01:20:33 – 2026-03-06 05:16:12." in text
    who = "rafael.silva.23@example.com (Rafael Silva, 00u00000000000000023, User)"
    assert f"14 of them name {who}." in text


def test_neighbours_are_events_that_share_something_and_are_near(tmp_path: Path) -> None:
    events = demo_events()
    (name,) = {e["uuid"] for e in events if e["eventType"] == "user.session.start"} & _near(events)
    page = tmp_path / "case.html"
    report_on(DEMO, page)
    text = Parsed(page.read_text("utf-8")).text
    assert "same actor, session, address as #" in text
    told = text.count("user.session.start")
    (event,) = [event for event in events if event["uuid"] == name]
    event["actor"] = event["client"] = event["authenticationContext"] = {}
    report_on(write_log(tmp_path / "log.jsonl", events), page)
    assert Parsed(page.read_text("utf-8")).text.count("user.session.start") == told - 1


def _near(events: list[Event]) -> set[str]:
    """The sign-in that the story of the demo week begins with."""
    return {e["uuid"] for e in events if e["published"].startswith("2026-03-05T02:1")}


def test_what_matched_is_told_with_what_the_event_held(demo: str) -> None:
    text = Parsed(demo).text
    assert "securityContext.isProxy is true true" in text
    assert 'outcome.result not: is "FAILURE", or is "DENY"' in text


def test_markup_and_long_texts(tmp_path: Path) -> None:
    for value in ("".join(MARKUP), "x" * 500):
        _check_same_page(tmp_path, value)


@settings(max_examples=30)
@given(values)
def test_whatever_a_log_holds_the_page_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    _check_same_page(tmp_path_factory.getbasetemp(), value)


def _check_same_page(folder: Path, value: str) -> None:
    """A page about hostile values has the elements of one about plain values.

    But for what the ledger says, for which a user agent can matter: there are no new ones there.
    """
    pages = []
    for filled in ("plain", f"x{value}"):
        log = write_log(folder / "log.jsonl", [_filled(e, filled) for e in _few_events()])
        limits = Limits(filled, (filled,), (filled,))
        report_on(log, folder / "case.html", limits=limits)
        page = (folder / "case.html").read_bytes().decode("utf-8")
        assert page.isascii() or all(c.isprintable() or c == "\n" for c in page)
        pages.append(Parsed(page))
    before, after = zip(*(page.parts_at("assumptions") for page in pages), strict=True)
    assert before[0] == before[1]
    assert {name for name, _ in after[1]} <= {"a", "br", "code", "dd", "details", "div", "dl", "dt",
        "footer", "h2", "h3", "h4", "li", "p", "section", "span", "strong", "summary", "table",
        "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip
    assert pages[0].others == pages[1].others == []


def _few_events() -> list[Event]:
    """The events of a night on which rules alert."""
    return [e for e in demo_events() if e["published"].startswith("2026-03-05T02:")][:12]


def _filled(event: Event, text: str) -> Event:
    """The event with that text wherever a person or a client has a say."""
    event = deepcopy(event)
    event["actor"].update(alternateId=text, displayName=text, id=text)
    event["client"]["userAgent"] = {"rawUserAgent": text}
    event["client"]["geographicalContext"] = {"country": text}
    event["displayMessage"] = text
    event["outcome"] = {"result": "SUCCESS", "reason": text}
    for target in event.get("target") or ():
        target.update(id=text, displayName=text, alternateId=text, type=text)
    return event


def test_nothing_runs_and_nothing_is_fetched(demo: str) -> None:
    parsed = Parsed(demo)
    tags = {tag for tag, _ in parsed.elements}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "link", "base"})
    names = {name for _, attrs in parsed.elements for name, _ in attrs}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "style"})
    (policy,) = [
        dict(attrs)["content"]
        for tag, attrs in parsed.elements
        if tag == "meta" and dict(attrs).get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.findall(r"<style>(.*?)</style>", demo, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium")
def test_a_browser_finds_nothing_to_run(tmp_path: Path) -> None:
    events = [_filled(e, value) for value in MARKUP for e in _few_events()[:2]]
    for number, event in enumerate(events):
        event["uuid"] = f"u{number}"
    page = tmp_path / "case.html"
    report_on(write_log(tmp_path / "log.jsonl", events), page)
    dumped = subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom",
         f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    seen = Parsed(dumped)
    made = Parsed(page.read_text("utf-8"))
    assert "owned" not in dumped.partition("<title>")[2].partition("</title>")[0]
    assert [tag for tag, _ in seen.elements] == [tag for tag, _ in made.elements]


def test_a_zone_is_named_and_kept_to(tmp_path: Path) -> None:
    page = tmp_path / "case.html"
    report_on(DEMO, page, zone=timezone(timedelta(hours=5, minutes=30)))
    text = Parsed(page.read_text("utf-8")).text
    assert "All times are in UTC+05:30." in text
    assert "2026-03-05 07:44:12+0530" in text
    assert "2026-03-05 02:14:12" not in text


def test_too_many_alerts_are_counted_and_stand_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 5)
    page = tmp_path / "case.html"
    assert report_on(DEMO, page) == (page, tmp_path / "case.alerts.csv")
    text = Parsed(page.read_text("utf-8")).text
    assert "shows 5 of 16 alerts whole" in text
    assert "#6" not in text
    assert len((tmp_path / "case.alerts.csv").read_text("utf-8").splitlines()) == 17
    assert sorted(tmp_path.iterdir()) == [tmp_path / "case.alerts.csv", page]


def test_no_alert_is_no_comfort(tmp_path: Path) -> None:
    page = tmp_path / "case.html"
    report_on(write_log(tmp_path / "log", [{"eventType": "user.session.start"}]), page)
    text = Parsed(page.read_text("utf-8")).text
    assert "No alert. That is no proof that nothing happened" in text
    assert "Timeline" not in text


def test_assumptions_of_this_log(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = demo_events()
    page = tmp_path / "case.html"
    for event in events:
        if event["eventType"].startswith("access."):
            event["securityContext"] = {"isProxy": True}
    report_on(write_log(tmp_path / "log", events), page, limits=NOTHING)
    text = Parsed(page.read_text("utf-8")).text
    assert re.search(r"upheld \d+ assumption what the log says", text)
    assert re.search(r"not shown \d+ assumption what the log says", text)


def test_what_cannot_be_read_again_is_named(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(DEMO.read_bytes())
    scan = Scan(RULES, CATALOG, Level.LOW)
    page = tmp_path / "case.html"
    with Report(page) as report:
        for alert in scan_files(scan, (str(log),), print, print):
            report.add(alert)
        log.write_text(json.dumps({"eventType": "user.session.start"}) + "\n")
        report.finish(RULES, CATALOG, (str(log),), AS_FOUND, NOTHING, UTC, "1")
    text = Parsed(page.read_text("utf-8")).text
    assert "could not be read again (from stdin, or the file has changed)" in text
