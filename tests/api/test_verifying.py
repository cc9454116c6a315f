"""A release that was changed says so, whatever was changed."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from okta_access.api.bundling import Bundle, compiled
from okta_access.api.rulebook import RuleBook, load_rules
from okta_access.api.verifying import verify_bundle
from okta_access.cli import run
from okta_access.content import rules_dir
from okta_access.errors import InputError
from okta_access.prove.evidence import Report
from tests.builders.files import write

PACK = """\
[pack]
id = "acme_okta"
name = "Acme Okta"
version = "1.2.3"
author = "Acme"
licence = "LicenseRef-Acme"
extends = "packaged"

[splunk]
index = "acme"

[lists]
break_glass_accounts = ["admin@acme.example"]
"""
RULE = """\
title: Own
id: 5b2ff0a1-9d0d-4b58-8f4e-0d7a4e9a8f11
name: acme_own
status: experimental
level: low
logsource: {product: okta, service: okta}
detection:
  s:
    eventType: access.request.create
    vpn.exit: "yes"
  condition: s
"""
CATALOG = """\
form: okta-access-fields/1
source: https://example.com
fields:
  - path: vpn.exit
    type: string
    description: made up
    splunk: vpn.exit
    elastic: okta.vpn.exit
"""


def written(rules: RuleBook, folder: Path) -> Path:
    """The release of these rules without proof and site, which would only be looked at."""
    Bundle(rules, compiled(rules), Report(0, 0, ())).write(folder)
    return folder


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(load_rules(settings="/dev/null"), tmp_path_factory.mktemp("release"))


@pytest.fixture
def release(untouched: Path, tmp_path: Path) -> Path:
    return shutil.copytree(untouched, tmp_path / "release")


def test_a_release_is_as_it_says(untouched: Path) -> None:
    found = verify_bundle(untouched)
    assert found.problems == ()
    assert found.made_again == found.files > 100


def test_a_packs_release_is_made_again_with_its_settings_and_fields(tmp_path: Path) -> None:
    files = {"rules/own.yml": RULE, "okta-access.toml": PACK, "own.catalog": CATALOG}
    folder = write(tmp_path, files)
    book = load_rules(
        folder / "rules", settings=folder / "okta-access.toml", catalog=[folder / "own.catalog"]
    )
    assert book.problems == ()
    assert verify_bundle(written(book, tmp_path / "release")).problems == ()


def test_a_copy_of_packaged_rules_elsewhere_is_its_owners(tmp_path: Path) -> None:
    """Byte-equal, and yet not what came with the package: no author of ours, no counts."""
    rules = tmp_path / "rules"
    shutil.copytree(rules_dir() / "detection" / "request", rules / "detection" / "request")
    book = load_rules(rules, settings="/dev/null")
    assert book.problems == ()
    assert verify_bundle(written(book, tmp_path / "release")).problems == ()


def test_a_changed_rule_that_claims_to_be_packaged_is_found(release: Path) -> None:
    def louder(root: Path) -> None:
        source = min((root / "sigma" / "detection").rglob("*.yml"))
        source.write_bytes(source.read_bytes() + b"# in other words\n")

    _resigned(release, louder)
    assert "the sources inside give another manifest.json" in verify_bundle(release).problems


def _query(release: Path) -> Path:
    return min(release.glob("queries/splunk/*.spl"))


def _resigned(release: Path, change: Callable[[Path], object]) -> None:
    """A change that the checksums were made to agree with, as one who means harm would."""
    from okta_access.bundle.sums import CHECKSUMS, checksums

    change(release)
    (release / CHECKSUMS).write_bytes(checksums(release))


def test_what_differs_from_the_checksums_is_named(release: Path) -> None:
    changed = _query(release)
    changed.write_bytes(changed.read_bytes() + b" ")
    (release / "INSTALL.md").unlink()
    (release / "queries" / "more.spl").write_text("x")
    (release / "VERDICTS.md").unlink()
    (release / "VERDICTS.md").symlink_to("/etc/hostname")
    found = verify_bundle(release).problems
    name = changed.relative_to(release).as_posix()
    assert {
        "missing: INSTALL.md",
        "extra: queries/more.spl",
        "a link, not a file: VERDICTS.md",
        f"changed: {name}",
        f"the sources inside give other bytes: {name}",
    } <= {*found}


def test_a_query_changed_with_its_checksum_is_still_found(release: Path) -> None:
    name = _query(release).relative_to(release).as_posix()
    _resigned(release, lambda root: (root / name).write_bytes(b"index=*"))
    assert verify_bundle(release).problems == (f"the sources inside give other bytes: {name}",)


def test_settings_changed_with_their_checksum_are_found(release: Path) -> None:
    def other_index(root: Path) -> None:
        file = root / "inputs.json"
        value = json.loads(file.read_bytes())
        value["settings"]["splunk"]["index"] = "elsewhere"
        file.write_text(json.dumps(value))

    _resigned(release, other_index)
    assert any("queries/splunk/" in one for one in verify_bundle(release).problems)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda value: value.update(extra=1), "unknown field `extra`"),
        (lambda value: value["rules"][0].update(level="loud"), "'loud'"),
        (lambda value: value["files"][0].update(sha256="x"), "$.files[0].sha256"),
    ],
)
def test_a_manifest_that_breaks_its_schema_is_named(
    release: Path, change: Callable[[dict[str, object]], None], said: str
) -> None:
    file = release / "manifest.json"
    value = json.loads(file.read_bytes())
    schema = json.loads((release / "manifest.schema.json").read_bytes())
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(value)
    change(value)
    assert not validator.is_valid(value)
    file.write_text(json.dumps(value))
    (problem,) = [one for one in verify_bundle(release).problems if "schema" in one]
    assert said in problem


def test_the_schema_is_published_by_the_command_too(
    untouched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bundle", "verify", "--schema"]) == 0
    assert capsys.readouterr().out == (untouched / "manifest.schema.json").read_text("utf-8")


def test_the_text_of_another_version_is_not_compared(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = release / "manifest.json"
    value = json.loads(file.read_bytes())
    _resigned(release, lambda _: file.write_text(json.dumps({**value, "made_by": "9.9"})))
    assert run(["bundle", "verify", str(release)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "made by version 9.9" in told.err
    assert "texts not compared" in told.err


def test_an_archive_inside_that_leaves_its_folder_is_named(release: Path) -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../evil"))
    (release / "x.tar.gz").write_bytes(whole.getvalue())
    assert "unsafe to unpack: x.tar.gz: '../evil' is not a path inside" in [
        *verify_bundle(release).problems
    ]


@pytest.mark.parametrize("form", ["gztar", "zip"])
def test_an_archive_of_a_release(untouched: Path, tmp_path: Path, form: str) -> None:
    for path in untouched.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    made = shutil.make_archive(str(tmp_path / "a"), form, untouched.parent, untouched.name)
    assert verify_bundle(made).problems == ()


def test_what_is_no_release_cannot_be_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bundle", "verify", str(tmp_path)]) == 2
    assert "SHA256SUMS" in capsys.readouterr().err
    with pytest.raises(InputError, match="nowhere"):
        verify_bundle(tmp_path / "nowhere")
