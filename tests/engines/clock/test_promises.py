"""What the pages promise of time is what is shipped."""

from __future__ import annotations

from engines.clock.promise_table import rows, table
from engines.clock.shipped import Shipped
from okta_access.api.compiling import job_of
from okta_access.api.rulebook import load_rules
from tests.floors import ROOT


def test_the_page_holds_the_table() -> None:
    job = job_of(load_rules())
    page = (ROOT / "docs" / "siem.md").read_text("utf-8")
    assert "\n" + "\n".join(table(rows(job, Shipped.of(job)))) + "\n\n" in page
