"""A team's own repository: written by init, with the packaged rules, under a name of its own."""

from __future__ import annotations

import json
import re
import shlex
import tarfile
from pathlib import Path

import pytest
import yaml

from okta_access import __version__, load_rules, packaged_rules, scan_files
from okta_access.cli import run
from okta_access.content import fixtures_dir
from tests.builders.backtests import CREATE, DELETE, count_rule, event_rule

DEMO = str(fixtures_dir() / "demo" / "week.jsonl")
PACK = """\
[pack]
id = "acme_okta"
name = "Acme Okta"
version = "1.2.3"
author = "Acme Security"
licence = "LicenseRef-Acme"
"""
EXTENDS = 'extends = "packaged"\n'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in, with one own rule that no packaged one is like."""
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/acme_created.yml").write_text(event_rule(1, "acme_created", CREATE))
    return tmp_path


def packaged(kind: str = "rules") -> dict[str, str]:
    """The packaged rules: names and ids; or bases of correlations."""
    book = load_rules(packaged_rules(), settings=packaged_rules() / "defaults.toml")
    if kind == "bases":
        return {r.name: r.meta.id for r in book.loaded.rules if r.silent}
    return {rule.name: rule.meta.id for rule in book.loaded.all_rules}


def test_init_passes_its_own_ci_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--id", "acme_okta", "--name", "Acme: Okta"]) == 2
    assert run(["init", "--id", "acme_okta", "--author", 'A "quoted" Team']) == 0
    written = capsys.readouterr().out.split()
    assert all(Path(path).is_file() for path in written)
    workflow = yaml.safe_load(Path(".github/workflows/rules.yml").read_text())
    steps = [step["run"] for step in workflow["jobs"]["rules"]["steps"] if "run" in step]
    assert shlex.split(steps[0], comments=True) == [
        *("pip", "install"),
        f"wheels/okta_access_detections-{__version__}-py3-none-any.whl[test]",
    ], "no index has the program, so a name there may be anybody's"
    commands = [shlex.split(step)[1:] for step in steps if step.startswith("okta-access ")]
    assert [command[0] for command in commands] == ["lint", "test", "compile"]
    for command in commands:
        assert run(command) == 0, (command, capsys.readouterr())
    assert Path("build/acme_okta-0.1.0.tar.gz").is_file()
    for file in (".vscode/settings.json", ".vscode/schemas/settings.json"):
        json.loads(Path(file).read_text())
    yaml.safe_load(Path(".pre-commit-config.yaml").read_text())
    before = {path: Path(path).read_bytes() for path in written}
    assert run(["init", "--id", "acme_okta"]) == 2
    assert {path: Path(path).read_bytes() for path in written} == before


def test_placeholders_are_findings_until_they_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "--id", "acme_okta"]) == 0
    capsys.readouterr()
    assert run(["lint", "--fail-on", "warning"]) == 1
    found = capsys.readouterr().out.splitlines()
    assert {line.split()[2] for line in found} == {"OA517"}
    assert found[0].startswith("okta-access.toml:7:10: ")
    for path in (Path("okta-access.toml"), Path("rules/acme_okta_first_rule.yml")):
        text = path.read_text().replace("Your Name", "Acme Security")
        path.write_text(re.sub(r"Say here why[^.]*\.", "No harm is shown.", text))
    assert run(["lint", "--fail-on", "info"]) == 0, capsys.readouterr()


def test_own_rules_alone_say_what_was_not_read(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", DEMO]) == 0
    told = capsys.readouterr().err
    assert "the packaged rules were not read; to add them" in told
    assert run(["scan", "--level", "critical", DEMO]) == 0
    told = capsys.readouterr().err
    assert "no rule in force is of level critical or above: nothing was looked for" in told
    Path("other.jsonl").write_text('{"eventType": "user.session.start"}\n')
    assert run(["scan", "other.jsonl"]) == 0
    told = capsys.readouterr().err
    assert "no event of a type that a rule in force is about, of level low or above" in told
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    assert run(["scan", DEMO]) == 0
    assert "were not read" not in capsys.readouterr().err


def test_own_rules_add_to_the_packaged_ones(own: Path) -> None:
    alone = {alert.meta.name for alert in scan_files(load_rules("rules"), DEMO)}
    shipped = {alert.meta.name for alert in scan_files(load_rules(), DEMO)}
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    both = {alert.meta.name for alert in scan_files(load_rules("rules"), DEMO)}
    assert alone == {"acme_created"}
    assert both == alone | shipped
    only = load_rules("rules", extend=False)
    assert [rule.name for rule in only.rules] == ["acme_created"]


def test_an_own_correlation_refers_to_a_packaged_base(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = next(iter(packaged("bases")))
    Path("rules/acme_often.yml").write_text(count_rule(2, "acme_often", base, 2))
    assert run(["lint"]) == 1
    assert f"no rule is named `{base}`" in capsys.readouterr().out
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    run(["lint"])
    assert "OA111" not in capsys.readouterr().out
    for book in (load_rules("rules"), load_rules("rules/acme_often.yml", extend=False)):
        (found,) = [rule for rule in book.loaded.correlations if rule.name == "acme_often"]
        assert [rule.name for rule in book.loaded.referenced(found)] == [base]


def test_a_rule_overrides_by_id_and_name_and_collides_by_one_of_them(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    (name, id_), (other, _), *_ = packaged().items()
    made = event_rule(3, name, DELETE).replace("00000003-0000-4000-8000-000000000000", id_)
    Path(f"rules/{name}.yml").write_text(made)
    run(["lint"])
    told = capsys.readouterr().out
    assert "OA114" not in told
    assert "OA117" not in told
    book = load_rules("rules")
    assert [rule.meta.file for rule in book.loaded.all_rules if rule.name == name] == [
        f"rules/{name}.yml"
    ]
    assert len(book.loaded.all_rules) == len(packaged()) + 1
    stems = [Path(file).stem for file in book.loaded.files]
    assert len(stems) == len({*stems})  # the overridden file is in no bundle
    Path(f"rules/{name}.yml").unlink()
    Path("rules/acme_copy.yml").write_text(made.replace(f"name: {name}", "name: acme_copy"))
    Path(f"rules/{other}.yml").write_text(event_rule(4, other, DELETE))
    assert run(["lint"]) == 1
    told = capsys.readouterr().out
    assert f"rules/acme_copy.yml:2:5: error OA114 the id `{id_}` is taken" in told
    assert f"rules/{other}.yml:3:7: error OA117 the name `{other}` is taken" in told
    assert run(["compile", "--target", "kibana", "--output", "out"]) == 1
    assert "OA114" in capsys.readouterr().err
    assert not Path("out").exists()


def test_a_packaged_rule_is_switched_off_by_name(own: Path) -> None:
    name = next(rule.name for rule in load_rules().rules)
    Path("okta-access.toml").write_text(f"{PACK}{EXTENDS}[rules.{name}]\nenabled = false\n")
    book = load_rules("rules")
    assert name in {one.rule for one in book.off}
    assert book.unknown == ()


def test_what_is_built_is_the_packs(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compile", "--target", "kibana", "--output", "ours"]) == 0
    assert "own rules are built under the name of okta-access-detections" in (
        capsys.readouterr().err
    )
    Path("okta-access.toml").write_text(PACK)
    targets = ["--target", "kibana", "--target", "splunk-app", "--target", "splunk-conf"]
    assert run(["compile", *targets, "--output", "out"]) == 0
    assert "built under the name" not in capsys.readouterr().err
    (rule,) = map(json.loads, Path("out/acme_okta.ndjson").read_text().splitlines())
    assert (rule["author"], rule["license"]) == (["Acme Security"], "LicenseRef-Acme")
    assert "Rule Set: acme_okta" in rule["tags"]
    with tarfile.open("out/acme_okta-1.2.3.tar.gz") as archive:
        texts = {
            member.name: file.read().decode()
            for member in archive.getmembers()
            if (file := archive.extractfile(member)) is not None
        }
    assert {name.split("/")[0] for name in texts} == {"acme_okta"}
    app = texts["acme_okta/default/app.conf"]
    for line in ("label = Acme Okta", "id = acme_okta", "version = 1.2.3", "Acme Security"):
        assert line in app
    searches = texts["acme_okta/default/savedsearches.conf"]
    assert searches == Path("out/savedsearches.conf").read_text()
    named = re.findall(r"^\[(.*)\]$", searches, re.MULTILINE)
    assert named
    assert all(name.startswith("Acme Okta - ") for name in named)
    everything = "".join(texts.values())
    assert "okta_access_detections" not in everything
    assert "Okta Access Detections" not in everything


def test_a_packaged_rule_keeps_its_licence_in_a_pack(own: Path) -> None:
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    assert run(["--quiet", "compile", "--target", "kibana", "--output", "out"]) == 0
    lines = Path("out/acme_okta.ndjson").read_text().splitlines()
    licences = {rule["name"]: rule["license"] for rule in map(json.loads, lines)}
    assert licences.pop("Rule acme_created") == "LicenseRef-Acme"
    assert {*licences.values()} == {"Apache-2.0"}


def test_a_broken_pack_is_a_finding_and_stops_everything_else(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("okta-access.toml").write_text(PACK + 'extends = "packagd"\n')
    assert run(["lint"]) == 1
    told = capsys.readouterr().out
    assert "okta-access.toml:7:11: error OA703 `extends` cannot be 'packagd'" in told
    assert "did you mean `packaged`?" in told
    assert run(["scan", DEMO]) == 2


def test_an_older_version_of_own_rules_is_compared_with_the_packaged_ones_beside_both(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("okta-access.toml").write_text(PACK + EXTENDS)
    Path("old").mkdir()
    Path("old/acme_created.yml").write_text(event_rule(1, "acme_created", DELETE))
    assert run(["backtest", DEMO, "--against", "old", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rows = found["comparison"]["rules"]
    changed = {row["rule"] for row in rows if row["new"]["count"] or row["lost"]["count"]}
    assert changed == {"acme_created"}


def test_new_names_the_schemas_where_they_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "first_rule"]) == 0
    assert run(["catalog", "schemas", "--output", ".vscode/schemas"]) == 0
    assert run(["new", "second_rule"]) == 0
    lines = [
        Path(folder, f"{name}_rule.yml").read_text("utf-8").splitlines()[0]
        for name in ("first", "second")
        for folder in ("rules", "fixtures")
    ]
    assert [line.startswith("#") for line in lines] == [False, False, True, True]
    named = [line.partition("$schema=")[2] for line in lines[2:]]
    assert named == ["../.vscode/schemas/rule.json", "../.vscode/schemas/fixture.json"]
    assert all(Path("rules", one).is_file() for one in named)
