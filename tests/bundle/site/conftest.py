"""The site of the packaged rules, made once; and a browser to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from okta_access.bundle.contents import collect
from okta_access.bundle.site.build import SiteInput, build
from okta_access.catalog.load import load_catalog
from okta_access.compile.model import Job
from okta_access.content import docs_dir, rules_dir
from okta_access.prove.evidence import Report
from okta_access.prove.run import Options, prove
from okta_access.rules.collection import load_rules
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import tune

CHROMIUM = shutil.which("chromium")


def site_of(rules: Path, folder: Path, guides: Path | None = None) -> Path:
    """The site of these rules, written to a folder; the first rule is proven."""
    catalog = load_catalog()
    sources = load_rules([rules], catalog)
    settings = load_settings(settings_files(sources.files, None))
    shipped = tune(sources, settings, catalog).shipped
    contents = collect(Job(shipped, settings, catalog, "1.2.3"), sources)
    proven = next(iter(prove(shipped, catalog, Options(examples=5))))
    report = Report(0, 5, (proven,))
    shown = ("okta-access scan week.jsonl", "2026 high <b>an alert</b>")
    found = build(SiteInput("a-pack", "1.2.3", shipped, catalog, contents, report, guides, shown))
    for path, data in found.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return site_of(rules_dir(), tmp_path_factory.mktemp("site"), docs_dir())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("OKTA_ACCESS_ENGINE") == "required":
            pytest.fail("there is no chromium on the PATH")
        pytest.skip("not run: there is no chromium on the PATH")
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        found = play.chromium.launch(executable_path=CHROMIUM, args=options)
        yield found
        found.close()
