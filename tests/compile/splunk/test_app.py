"""The app's archive: what is in it, that it is always the same, and that an update keeps local/."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
import xml.etree.ElementTree as ET
from pathlib import Path

from okta_access.compile.splunk.app.conffile import read
from okta_access.content import rules_dir
from tests.builders.apps import (
    APP,
    Conf,
    archive,
    contents,
)


def test_the_same_bytes_and_nobodys_traces() -> None:
    first = archive("1.0.0")
    archive.cache_clear()
    assert archive("1.0.0") == first
    assert first[3] == 0, "no name in the gzip header"
    assert first[4:8] == b"\0\0\0\0", "no time either"
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(first))) as packed:
        members = packed.getmembers()
    assert {(m.uid, m.gid, m.uname, m.gname, m.mtime) for m in members} == {
        (0, 0, "", "", 315_532_800)
    }
    assert {m.mode for m in members if m.isdir()} == {0o755}
    assert {m.mode for m in members if m.isfile()} == {0o644}
    assert members[0].name == APP


def test_what_an_app_needs() -> None:
    files = contents("1.0.0")
    app = dict(read(files[f"{APP}/default/app.conf"]))
    assert app["id"] == {"name": APP, "version": "1.0.0"}
    assert app["package"]["id"] == APP
    assert app["launcher"]["version"] == "1.0.0"
    assert files[f"{APP}/metadata/default.meta"].startswith("[]\naccess = read : [ * ]")
    assert {name.split("/")[1] for name in files} == {"LICENSE", "README.md", "default", "metadata"}


def test_its_licence_is_the_projects() -> None:
    root = rules_dir().parent
    if (root / "LICENSE").is_file():  # a wheel carries it elsewhere
        assert contents("1.0.0")[f"{APP}/LICENSE"] == (root / "LICENSE").read_text("utf-8")


def test_dashboards_are_xml_and_know_their_macros() -> None:
    files = contents("1.0.0")
    macros = {name for name, _ in read(files[f"{APP}/default/macros.conf"])}
    views = [name for name in files if "/views/" in name and "_triage_" not in name]
    assert len(views) == 3
    for name in views:
        root = ET.fromstring(files[name])
        assert (root.tag, root.get("version")) == ("form", "1.1")
        queries = [query.text or "" for query in root.iter("query")]
        assert len(queries) >= 5
        for query in queries:
            assert set(re.findall("`([a-z_]+)`", query)) <= macros
            assert "$" not in query, "a token"
    named = ET.fromstring(files[f"{APP}/default/data/ui/nav/default.xml"])
    shown = {view.get("name") for view in named}
    assert {Path(name).stem for name in views} <= shown


def test_an_update_keeps_what_an_admin_changed(tmp_path: Path) -> None:
    install(tmp_path, "1.0.0")
    local = tmp_path / APP / "local"
    local.mkdir()
    filter_name = next(name for name in merged(tmp_path, "macros.conf") if name.endswith("_filter"))
    search = next(name for name in merged(tmp_path, "savedsearches.conf") if "Rule" in name)
    (local / "macros.conf").write_text(
        f'[okta_access_events]\ndefinition = (index="mine")\n[{filter_name}]\n'
        'definition = search NOT user="svc-*"\n'
    )
    (local / "savedsearches.conf").write_text(f"[{search}]\ndisabled = 0\n")
    install(tmp_path, "1.1.0")
    macros = merged(tmp_path, "macros.conf")
    assert macros["okta_access_events"]["definition"] == '(index="mine")'
    assert macros[filter_name]["definition"] == 'search NOT user="svc-*"'
    found = merged(tmp_path, "savedsearches.conf")[search]
    assert found["disabled"] == "0"
    assert filter_name in found["search"] or "okta_access_events" in found["search"]


def test_an_enabled_search_gets_what_an_update_brings_but_for_what_its_admin_set(
    tmp_path: Path,
) -> None:
    """What splunk/contentctl issue 181 asks: whether an update switches enabled searches off."""
    install(tmp_path, "1.0.0")
    default = tmp_path / APP / "default" / "savedsearches.conf"
    searches = [name for name in merged(tmp_path, "savedsearches.conf") if " - Rule" in name]
    enabled, edited, untouched = searches[:3]
    released = merged(tmp_path, "savedsearches.conf")
    # The release before had other searches and schedules, and as now all of them disabled.
    before = re.sub(r"(?m)^search = .*", "search = before", default.read_text("utf-8"))
    default.write_text(re.sub(r"(?m)^cron_schedule = .*", "cron_schedule = 0 * * * *", before))
    local = tmp_path / APP / "local"
    local.mkdir()
    (local / "savedsearches.conf").write_text(
        f"[{enabled}]\ndisabled = 0\n[{edited}]\ndisabled = 0\ncron_schedule = 7 * * * *\n"
    )
    assert merged(tmp_path, "savedsearches.conf")[enabled]["search"] == "before"
    install(tmp_path, "1.0.0")
    after = merged(tmp_path, "savedsearches.conf")
    assert after[enabled] == {**released[enabled], "disabled": "0"}
    assert after[edited] == {**released[edited], "disabled": "0", "cron_schedule": "7 * * * *"}
    assert after[untouched] == released[untouched]


def test_no_stanza_is_for_all_searches() -> None:
    """Exported to all apps, `[default]` would switch off the searches of others."""
    files = contents("1.0.0")
    for name, text in files.items():
        if name.endswith(".conf"):
            assert {"default", ""}.isdisjoint(stanza for stanza, _ in read(text)), name


def test_splunk_is_told_of_every_file_that_it_does_not_know() -> None:
    files = {name.removeprefix(f"{APP}/default/"): text for name, text in contents("1.0.0").items()}
    known = {"app", "macros", "savedsearches", "server"}
    other = {name.removesuffix(".conf") for name in files if name.endswith(".conf")} - known
    app, server = dict(read(files["app.conf"])), dict(read(files["server.conf"]))
    assert app["triggers"] == {f"reload.{name}": "simple" for name in other}
    assert server["shclustering"] == {f"conf_replication_include.{name}": "true" for name in other}
    assert other == {"analyticstories"}


def install(place: Path, version: str) -> None:
    """Unpacks an app as an update does: over what is there."""
    with tarfile.open(fileobj=io.BytesIO(archive(version))) as packed:
        packed.extractall(place, filter="data")


def merged(place: Path, name: str) -> Conf:
    """Settings as Splunk sees them, one by one: those of local/ over those of default/.

    After the Admin Manual, "Configuration file precedence": within an app `local` comes before
    `default`, and files are merged setting by setting, so a key that only one of them has stays.
    """
    found: Conf = {}
    for layer in ("default", "local"):
        path = place / APP / layer / name
        if path.is_file():
            for stanza, settings in read(path.read_text("utf-8")):
                found.setdefault(stanza, {}).update(settings)
    return found
