"""The triage guides in the app: complete, reachable, and named by every search."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from okta_access.catalog.model import Family
from okta_access.catalog.triage import GUIDES, guide, guide_family
from okta_access.compile.splunk.app.guides import guide_views, pointer, xhtml
from okta_access.content import rules_dir
from okta_access.rules.collection import load_rules
from okta_access.rules.solver.event_types import event_types
from tests.builders.apps import (
    APP,
    contents,
    is_run_by_hand,
    searches,
)
from tests.builders.packaged import CATALOG

RULES = load_rules([rules_dir()], CATALOG)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def words(text: str) -> list[str]:
    return text.split()


def plain(markdown: str) -> str:
    """A guide's text without its markup and without what is for Elastic."""
    text = FENCE.sub(lambda m: "" if m[1] == "esql" else m[2], markdown)
    text = text.replace('index=okta sourcetype="OktaIM2:log"', "okta_access_events")
    text = re.sub(r"^(#+|[0-9]+\.) ", "", text, flags=re.MULTILINE)
    return re.sub(r"\*\*|(?<!\*)\*(?=\w)|(?<=\w)\*|`", "", text)


@pytest.mark.parametrize("family", GUIDES)
def test_a_view_holds_the_whole_guide_but_for_the_other_product(family: Family) -> None:
    root = ET.fromstring(guide_views()[f"okta_access_triage_{family}"])
    assert (root.tag, root.get("version")) == ("dashboard", "1.1")
    (body,) = root.iter("html")
    shown = "".join(body.itertext()).replace("`", "").replace("*", "")
    title, _, rest = plain(guide(family)).partition("\n")
    assert root.findtext("label") == title
    assert words(shown) == words(rest.replace("*", ""))
    assert {one.tag for one in body.iter()} <= {
        "html", "h2", "p", "ol", "li", "pre", "code", "b", "i"
    }  # fmt: skip
    assert len(list(body.iter("li"))) == len(re.findall("(?m)^[0-9]+[.] ", guide(family)))
    queries = ["".join(one.itertext()) for one in body.iter("pre")]
    assert len(queries) == sum(kind == "spl" for kind, _ in FENCE.findall(guide(family)))
    assert all(query.startswith("`okta_access_events` ") for query in queries)


def test_every_search_names_a_guide_that_the_app_holds() -> None:
    files = contents("1.0.0")
    held = {name.removesuffix(".xml").rsplit("/", 1)[1] for name in files if "/views/" in name}
    for name, stanza in searches().items():
        if is_run_by_hand(name):
            continue
        link = re.search(rf"Triage guide: /app/{APP}/(\w+)$", stanza["description"])
        assert link, name
        assert link[1] in held
        if "action.notable.param.rule_description" in stanza:
            assert stanza["action.notable.param.rule_description"] == stanza["description"]


def test_the_menu_leads_to_every_view() -> None:
    files = contents("1.0.0")
    menu = ET.fromstring(files[f"{APP}/default/data/ui/nav/default.xml"])
    named = [one.get("name") for one in menu.iter("view")]
    views = {name.removesuffix(".xml").rsplit("/", 1)[1] for name in files if "/views/" in name}
    assert {*named} - {"reports", "alerts", "search"} == views
    assert len(named) == len({*named})
    assert [one.get("name") for one in menu.iter("view") if one.get("default")] == [named[0]]


def test_a_search_names_the_guide_of_its_family() -> None:
    for rule in RULES.rules:
        said = pointer((rule,), CATALOG, "a")
        family = guide_family(event_types(rule.expr) or (), CATALOG)
        assert said == f"Triage guide: /app/a/okta_access_triage_{family}"
    assert pointer((), CATALOG, "a") == ""


def test_nothing_of_a_guide_is_read_as_markup_or_token() -> None:
    text = '# A <b> & `c<d` $e$\n1. `f` & *g*\n   **h**\n\n```spl\na<b | x="$y$"\n```\n'
    root = ET.fromstring(f"<x>{xhtml(text)}</x>")
    shown = "".join(root.itertext())
    assert words(shown) == words('A <b> & c<d $$e$$ f & g h a<b | x="$$y$$"')
    assert [one.tag for one in root.iter()] == [
        "x",
        "h1",
        "code",
        "ol",
        "li",
        "code",
        "i",
        "b",
        "pre",
    ]
