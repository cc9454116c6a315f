"""The site as a reader has it: opened from a folder, without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from okta_access.api.bundling import compiled
from okta_access.api.rulebook import load_rules
from tests.bundle.site.conftest import site_of

PAGES = ("index.html", "matrix.html", "rules/index.html", "commands.html", "lint-codes.html")
MOST_BYTES = 15_000_000


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.hrefs: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif tag == "a" and name == "href":
                self.hrefs.append(value or "")
            elif name in ("src", "srcset") or (tag == "link" and name == "href"):
                self.loads.append(value or "")


def parsed(file: Path) -> _Links:
    found = _Links()
    found.feed(file.read_text("utf-8"))
    return found


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    made = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    made.on("request", lambda one: outside.append(one.url) if not inside(one.url, site) else None)
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    context.close()
    assert (outside, errors) == ([], [])


def inside(url: str, site: Path) -> bool:
    return url.startswith((site.as_uri(), "data:"))


def a_rule(site: Path) -> str:
    return next(p for p in sorted((site / "rules").glob("*.html")) if p.stem != "index").name


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {path: parsed(path) for path in site.rglob("*.html")}
    broken = []
    for path, links in pages.items():
        for href in (*links.hrefs, *links.loads):
            parts = urlsplit(href)
            if parts.scheme or href.startswith("data:"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = target.is_file() and (
                not parts.fragment
                or target not in pages
                or unquote(parts.fragment) in pages[target].ids
            )
            if not known and href != "#":
                broken.append(f"{path.relative_to(site)}: {href}")
    assert broken == []


@pytest.mark.parametrize("with_site", [True, False], ids=["site", "no-site"])
def test_every_link_of_the_pages_at_the_top_leads_somewhere(site: Path, with_site: bool) -> None:
    files = compiled(load_rules(), site=with_site).files
    there = {*files}
    if with_site:
        there |= {f"site/{path.relative_to(site).as_posix()}" for path in site.rglob("*.html")}
    broken, found = [], 0
    for name in (name for name in files if name.endswith(".md")):
        text = files[name].decode()
        anchors = {re.sub(r"[^\w -]", "", h).lower().replace(" ", "-")
                   for h in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}  # fmt: skip
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            found += 1
            known = link[1:] in anchors if link.startswith("#") else link in there
            if not known and not urlsplit(link).scheme:
                broken.append(f"{name}: {link}")
    assert found
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    loads = {load for path in site.rglob("*.html") for load in parsed(path).loads}
    assert loads
    assert [one for one in loads if urlsplit(one).netloc] == []


def test_pages_show_the_release_and_the_version_of_their_rule(site: Path, page: Page) -> None:
    texts = {path.name: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert [name for name, text in texts.items() if "a-pack 1.2.3" not in text] == []
    rule = next(one for one in load_rules().loaded.all_rules if one.meta.modified)
    page.goto((site / "rules" / f"{rule.name}.html").as_uri())
    facts = page.locator("table").first
    heads, cells = (facts.locator(one).all_inner_texts() for one in ("th", "td"))
    told = dict(zip(heads, cells, strict=True))
    assert (told["version"], told["modified"]) == (str(rule.meta.version), rule.meta.modified)


def test_it_is_small(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < MOST_BYTES


def test_search_works_from_the_disk(page: Page, site: Path) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q=impersonation")
    page.wait_for_selector("ul.search li a")
    page.locator("ul.search li a").first.click()
    assert page.title()


def test_the_matrix_is_filtered(page: Page, site: Path) -> None:
    page.goto((site / "matrix.html").as_uri())
    rows = page.locator("#matrix-table tbody tr")
    everything = rows.count()
    page.get_by_label("Filter rows").fill("Sequence HIGH")
    shown = [row.inner_text().lower() for row in rows.all() if row.is_visible()]
    assert 0 < len(shown) < everything
    assert all("sequence" in row and "high" in row for row in shown)
    assert page.get_by_role("status").inner_text() == f"{len(shown)} of {everything} rules"


def test_a_text_is_copied_as_it_stands(page: Page, site: Path) -> None:
    page.goto((site / "rules" / a_rule(site)).as_uri())
    listing = page.locator("div.highlight").last
    listing.hover()
    listing.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == listing.locator("pre").inner_text().strip()


def test_all_is_readable_without_scripts(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "matrix.html").as_uri())
    rows = page.locator("#matrix-table tbody tr")
    assert rows.count() == len([row for row in rows.all() if row.is_visible()]) > 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_contrast_roles_and_names(browser: Browser, site: Path, scheme: str, width: int) -> None:
    context = browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    found = []
    for name in (*PAGES, f"rules/{a_rule(site)}"):
        page.goto((site / name).as_uri())
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
        for one in results.response["violations"]:
            nodes = [node["html"][:120] for node in one["nodes"][:3]]
            found.append((name, one["id"], nodes))
    context.close()
    assert found == []


HOSTILE = """\
title: "<img src=x onerror='window.bad=1'> [x](javascript:window.bad=1) ```{raw} html"
id: 7a1f1c1e-60ad-4a4b-9a35-6c6d0df3d7a1
name: hostile_rule
status: experimental
description: |
    </pre><script>window.bad=1</script>
    ```{eval-rst}
    .. raw:: html

       <script>window.bad=1</script>
    ```
references: ["javascript:window.bad=1"]
author: "{{ x }} {% raw %}"
date: 2026-01-01
tags: ["attack.<script>window.bad=1</script>"]
logsource: {product: okta, service: okta}
detection:
    selection:
        eventType: access.request.create
        actor.displayName: "</code></pre><script>window.bad=1</script> ```"
    condition: selection
falsepositives: ["<svg onload=window.bad=1>"]
level: low
"""


def test_nothing_in_a_rule_becomes_part_of_the_page(browser: Browser, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "hostile_rule.yml").write_text(HOSTILE)
    site = site_of(rules, tmp_path / "site")
    page = browser.new_page()
    for name in ("index", "matrix", "attack", "rules/index", "rules/hostile_rule"):
        page.goto((site / f"{name}.html").as_uri())
        page.mouse.move(300, 300)
        assert page.evaluate("window.bad") is None
    assert "<img src=x" in page.locator("h1").inner_text()
    assert page.locator("a[href^='javascript']").count() == 0
    page.close()
