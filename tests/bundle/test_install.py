"""What INSTALL.md says of the release's own files is so."""

from __future__ import annotations

import json
import re
import tarfile
from functools import cache
from io import BytesIO
from zipfile import ZipFile

from okta_access import __version__
from okta_access.bundle.contents import Contents
from okta_access.compile.splunk.app.conffile import read
from okta_access.rules.model import Profile
from tests.bundle.test_contents import once

NAME = f"okta-access-detections-{__version__}"


def contents() -> Contents:
    return once()[2]


@cache
def page() -> str:
    return contents().files["INSTALL.md"].decode()


@cache
def app() -> dict[str, bytes]:
    archive = contents().files[f"{NAME}-splunk.tar.gz"]
    with tarfile.open(fileobj=BytesIO(archive)) as opened:
        return {
            one.name: found.read()
            for one in opened.getmembers()
            if (found := opened.extractfile(one)) is not None
        }


@cache
def kibana() -> dict[str, bytes]:
    with ZipFile(BytesIO(contents().files[f"{NAME}-kibana.zip"])) as opened:
        return {path: opened.read(path) for path in opened.namelist()}


def rules() -> list[dict[str, object]]:
    return [json.loads(line) for line in kibana()["okta_access.ndjson"].splitlines()]


def test_every_file_that_it_names_is_there() -> None:
    assert not re.search(r"\{[a-z]+\}", page()), "a name that was not filled in"
    for named in re.findall(r"`([\w.-]+-(?:splunk\.tar\.gz|kibana\.zip))`", page()):
        assert named in contents().files
    for named in re.findall(r"`((?:discover/)?okta_access\w*\.(?:esql|ndjson))`", page()):
        assert named in kibana()
    assert any(path.startswith("discover/okta_access_assumption_") for path in kibana())
    assert kibana()["INSTALL.md"].decode() == page()


def test_every_file_at_the_top_is_explained() -> None:
    told = {*re.findall(r"`([^`]+?)/?`", page().split("\n## All files\n")[1])}
    there = {path.split("/")[0] for path in contents().files}
    assert there - {"INSTALL.md"} <= told


def test_archives_stay_in_their_folder() -> None:
    for path in (*app(), *kibana()):
        assert not path.startswith("/"), path
        assert ".." not in path.split("/"), path


def test_the_app_keeps_what_an_admin_wrote() -> None:
    assert {path.split("/")[0] for path in app()} == {"okta_access_detections"}
    assert not [path for path in app() if "/local/" in path]


def test_nothing_runs_in_splunk_before_it_is_enabled() -> None:
    searches = read(app()["okta_access_detections/default/savedsearches.conf"].decode())
    assert searches
    for name, settings in searches:
        assert settings.get("disabled") == "1" or settings.get("enableSched") == "0", name


def test_each_search_ends_in_a_filter_macro_that_passes_all() -> None:
    folder = "okta_access_detections/default"
    macros = {n: s["definition"] for n, s in read(app()[f"{folder}/macros.conf"].decode())}
    assert "okta_access_events" in macros
    for name, settings in read(app()[f"{folder}/savedsearches.conf"].decode()):
        if settings["enableSched"] == "1":
            macro = settings["search"].rstrip().rpartition("| `")[2].rstrip("`")
            assert macro.endswith("_filter"), name
            assert macros[macro] == "search *"


def test_the_tags_to_filter_by_give_the_core_rules() -> None:
    shipped = once()[1]
    core = [one.meta.title for one in shipped.all_rules if one.meta.profile is Profile.CORE]
    tagged = [one["name"] for one in rules() if "Profile: core" in str(one["tags"])]
    assert {*core} <= {*map(str, tagged)}
    section = page().partition("## Kibana")[2].partition("### Enable core first")[2]
    named = re.findall("^- (.*)$", section.partition("###")[0], re.MULTILINE)
    assert named == sorted(map(str, tagged))


def test_splunks_core_is_named_as_its_searches_are() -> None:
    section = page().partition("### Enable core first")[2].partition("###")[0]
    named = re.findall("^- (.*)$", section, re.MULTILINE)
    searches = read(app()["okta_access_detections/default/savedsearches.conf"].decode())
    core = '"okta_access_profile": ["core"]'
    annotations = "action.correlationsearch.annotations"
    assert named == sorted(name for name, keys in searches if core in keys.get(annotations, ""))


def test_every_kibana_rule_names_the_rule_set() -> None:
    assert all("Rule Set: okta-access-detections" in str(one["tags"]) for one in rules())


def test_a_patch_changes_nothing_that_an_admin_chose() -> None:
    assert rules()
    for one in rules():
        assert "rule_id" in one, "how a patch finds its rule"
        assert not {"enabled", "actions", "exceptions_list"} & {*one}
