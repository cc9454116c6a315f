"""The release: complete, consistent with itself, and the same every time."""

import json
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from okta_access import __version__
from okta_access.assumptions.registry import questions
from okta_access.bundle.assumptions import assumptions_page
from okta_access.bundle.contents import Contents, collect
from okta_access.bundle.expected import expected
from okta_access.bundle.manifest import MANIFEST, manifest, write
from okta_access.bundle.sums import CHECKSUMS, checksums
from okta_access.bundle.verdicts import verdicts_page
from okta_access.catalog.load import load_catalog
from okta_access.company.loudness import loudness
from okta_access.company.worlds import WORLDS
from okta_access.compile.elastic.esql.ledger import ASSUMPTION_FILE
from okta_access.compile.model import Job, Verdict
from okta_access.compile.native import native_rules
from okta_access.compile.registry import TARGET_NAMES
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.settings.files import (
    PackSettings,
    Settings,
    load_settings,
    settings_files,
)
from okta_access.rules.settings.tuning import tune

CATALOG = load_catalog()


def release() -> tuple[RuleSet, RuleSet, Contents]:
    sources = load_rules([rules_dir()], CATALOG)
    settings = load_settings(settings_files(sources.files, None))
    shipped = tune(sources, settings, CATALOG).shipped
    return sources, shipped, collect(Job(shipped, settings, CATALOG, __version__), sources)


def _job(shipped: RuleSet) -> Job:
    return Job(shipped, Settings(), CATALOG, __version__)


@cache
def once() -> tuple[RuleSet, RuleSet, Contents]:
    return release()


def test_the_same_bytes_twice() -> None:
    assert release()[2] == once()[2]


def test_every_rule_has_one_verdict_per_target() -> None:
    _, shipped, contents = once()
    found = sorted((one.target, one.rule) for one in contents.translations)
    names = [rule.name for rule in shipped.all_rules]
    assert found == sorted((target, name) for target in TARGET_NAMES for name in names)


def test_what_is_not_exact_says_why_and_what_is_refused_has_no_text() -> None:
    for one in once()[2].translations:
        assert one.verdict is Verdict.EXACT or one.note, one
        assert (one.text is None) == (one.verdict is Verdict.REFUSED), one


def test_the_sources_are_in_it_as_they_are() -> None:
    sources, _, contents = once()
    root = rules_dir()
    for file in sources.files:
        path = f"sigma/{Path(file).relative_to(root).as_posix()}"
        assert contents.files[path] == Path(file).read_bytes()


def test_manifest_and_checksums_agree_with_the_files(tmp_path: Path) -> None:
    _, shipped, contents = once()
    (tmp_path / "already.whl").write_bytes(b"wheel")
    write(tmp_path, contents.files)
    found = manifest(_job(shipped), shipped.all_rules, contents)
    write(tmp_path, {MANIFEST: found})
    sums = checksums(tmp_path)
    write(tmp_path, {CHECKSUMS: sums})
    assert checksums(tmp_path) == sums
    listed = dict(line.split("  ", 1)[::-1] for line in sums.decode().splitlines())
    assert {*listed} == {*contents.files, MANIFEST, "already.whl"}
    for path, digest in listed.items():
        assert sha256((tmp_path / path).read_bytes()).hexdigest() == digest
    parsed = json.loads(found)
    assert {row["path"]: row["sha256"] for row in parsed["files"]} == {
        path: listed[path] for path in contents.files
    }
    assert [(rule["name"], rule["version"]) for rule in parsed["rules"]] == [
        (rule.name, rule.meta.version) for rule in shipped.all_rules
    ]
    assert all(len(rule["translations"]) == len(TARGET_NAMES) for rule in parsed["rules"])


def test_the_manifest_of_a_pack_is_the_packs() -> None:
    _, shipped, contents = once()
    assert "pack" not in json.loads(manifest(_job(shipped), shipped.all_rules, contents))
    pack = PackSettings("acme_okta", "Acme Okta", "1.2.3", "Acme", "LicenseRef-Acme", "packaged")
    job = Job(shipped, Settings(pack=pack), CATALOG, "1.2.3")
    found = json.loads(manifest(job, shipped.all_rules, contents))
    assert (found["name"], found["version"]) == ("acme_okta", "1.2.3")
    assert found["pack"] == {
        "id": "acme_okta",
        "name": "Acme Okta",
        "version": "1.2.3",
        "author": "Acme",
        "licence": "LicenseRef-Acme",
        "extends": "packaged",
    }


def test_the_manifest_tells_how_loud_each_rule_is_to_be_expected() -> None:
    _, shipped, contents = once()
    found = json.loads(manifest(_job(shipped), shipped.all_rules, contents))
    assert found["measured"] == {
        "people": loudness().people,
        "days": loudness().days,
        "months": loudness().months,
        "worlds": {world.name: world.about for world in WORLDS},
    }
    metas = {rule.name: rule.meta for rule in shipped.all_rules}
    metas |= {native.name: native.meta for native, _ in native_rules(shipped)}
    for row in (*found["rules"], *found["native"]):
        weekly = expected(metas[row["name"]])
        assert (weekly is None) is (row["name"] not in loudness().alerts)
        told = row["alerts_a_week"]
        assert (told is None) is (weekly is None)
        for world, one in (weekly or {}).items():
            rounded = {"mean": round(one.mean, 2), "loudest_month": round(one.loudest, 2)}
            assert told[world] == rounded


def test_the_manifest_names_native_rules_apart() -> None:
    _, shipped, contents = once()
    found = json.loads(manifest(_job(shipped), shipped.all_rules, contents))
    sigma = {rule["name"]: rule for rule in found["rules"]}
    assert {row["name"] for row in found["native"]} == {n.name for n, _ in native_rules(shipped)}
    for row in found["native"]:
        assert row["name"] not in sigma
        assert row["id"] not in {rule["id"] for rule in sigma.values()}
        assert (row["sigma"], row["of"] in sigma) == (None, True)
        targets = [one["target"] for one in row["targets"]]
        assert targets == ["kibana", "splunk", "splunk-app", "splunk-conf"]
        kept = [one["note"] for one in row["targets"] if one["target"] != "splunk"]
        assert all("not " in note for note in kept), "what nobody ran"


def test_nothing_of_this_machine_is_in_it() -> None:
    here = str(Path(__file__).resolve().parents[2]).encode()
    for path, data in once()[2].files.items():
        assert here not in data, path


def test_the_page_of_assumptions_is_that_of_the_queries() -> None:
    """`okta-access bundle` writes it, with links into the site; docs/ keeps a copy."""
    page = assumptions_page(Job(load_rules([], CATALOG), Settings(), CATALOG, __version__))
    assert (rules_dir().parent / "docs" / "assumptions.md").read_text("utf-8") == page
    archive = once()[2].files[f"okta-access-detections-{__version__}-kibana.zip"]
    with ZipFile(BytesIO(archive)) as opened:
        kibana = {path: opened.read(path) for path in opened.namelist()}
    for _, question in questions():
        name = ASSUMPTION_FILE.format(name=question.name)
        text = kibana[f"discover/{name}"].decode()
        assert f"```esql\n{text}```" in page


def test_the_page_of_verdicts_is_that_of_the_rules() -> None:
    """`okta-access bundle` writes it, with links into the site; docs/ keeps a copy."""
    page = verdicts_page(once()[2].translations, TARGET_NAMES, once()[2].natives)
    assert (rules_dir().parent / "docs" / "verdicts.md").read_text("utf-8") == page
