"""Settings: read with the place of every mistake, and applied to rules."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from okta_access.errors import InputError, SettingsError
from okta_access.rules.collection import lies_beside, load_rules
from okta_access.rules.fixtures import read_fixture
from okta_access.rules.model import Level, atoms
from okta_access.rules.settings.files import (
    Settings,
    load_settings,
    settings_files,
    settings_schema,
)
from okta_access.rules.settings.tuning import Tuned, as_written, tune
from tests.builders.files import write
from tests.builders.rules import CATALOG, HEAD

EVENT = HEAD + "detection:\n  s:\n    actor.id: a\n  condition: s\n"
LISTED = HEAD.replace("name: r", "name: listed") + (
    "detection:\n  s:\n    client.ipAddress|expand: '%egress%'\n  condition: s\n"
)
COUNT = (
    "title: C\nid: c\nname: count\nlevel: low\ncorrelation:\n  type: event_count\n"
    "  rules: [{}]\n  timespan: 1h\n  condition: {{gte: 2}}\n"
)


def tuned(folder: Path, toml: str, files: dict[str, str]) -> Tuned:
    write(folder, {f"rules/{name}": text for name, text in files.items()})
    write(folder, {"okta-access.toml": toml})
    rules = load_rules([folder / "rules"], CATALOG)
    assert rules.problems == ()
    return tune(rules, load_settings([folder / "okta-access.toml"]), CATALOG)


def names(result: Tuned) -> list[str]:
    return [rule.name for rule in result.in_force.all_rules]


def test_later_files_win_key_by_key(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.toml": '[rules.x]\nenabled = false\nreason = "noisy"\n[elastic]\nindex = ["a"]\n',
            "b.toml": "[rules.x]\nenabled = true\n",
        },
    )
    settings = load_settings([tmp_path / "a.toml", tmp_path / "b.toml"])
    assert (settings.rules["x"].enabled, settings.rules["x"].reason) == (True, "noisy")
    assert settings.elastic.index == ("a",)


@pytest.mark.parametrize(
    ("toml", "place", "message"),
    [
        ("[rules.x]\nenabeld = true\n", (2, 1), "did you mean `enabled`"),
        ("\n[elastc]\n", (2, 2), "did you mean `elastic`"),
        ("[rules.x]\nlevel = 'hihg'\n", (2, 9), "`level` cannot be 'hihg'.*mean `high`"),
        ("[rules.x]\nthreshold = 0\n", (2, 13), "`threshold` cannot be 0 .*from 1"),
        ("[rules.x]\ntimespan = '1M'\n", (2, 12), "timespan"),
        ("[elastic]\nattack = 17\n", (2, 10), "known are 18, 19"),
        ("[rules.x\n", (1, 9), "not TOML"),
    ],
)
def test_a_mistake_has_its_place(
    tmp_path: Path, toml: str, place: tuple[int, int], message: str
) -> None:
    write(tmp_path, {"s.toml": toml})
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings([tmp_path / "s.toml"])
    assert caught.value.span is not None
    assert (caught.value.span.line, caught.value.span.column) == place


def test_a_missing_settings_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the settings"):
        load_settings([tmp_path / "none.toml"])


def test_defaults_lie_in_the_rules_folder(tmp_path: Path) -> None:
    write(tmp_path, {"rules/defaults.toml": "", "rules/a/r.yml": EVENT})
    user = tmp_path / "mine.toml"
    found = settings_files([str(tmp_path / "rules/a/r.yml")], user)
    assert found == (tmp_path / "rules/defaults.toml", user)


def test_the_schema_is_one_and_takes_what_we_take() -> None:
    schema = settings_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid({"rules": {"x": {"enabled": False}}})
    assert not validator.is_valid({"rules": {"x": {"enabeld": False}}})


def test_a_rule_switched_off_still_serves_its_correlation(tmp_path: Path) -> None:
    files = {"r.yml": EVENT, "count.yml": COUNT.format("r")}
    result = tuned(tmp_path, '[rules.r]\nenabled = false\nreason = "noisy"\n', files)
    assert names(result) == ["count"]
    assert [(off.rule, off.reason) for off in result.off] == [("r", "noisy")]
    assert [rule.name for rule in result.in_force.referenced(result.in_force.correlations[0])] == [
        "r"
    ]
    assert [rule.name for rule in result.shipped.all_rules] == ["count", "r"]


def test_levels_thresholds_and_windows(tmp_path: Path) -> None:
    toml = "[rules.count]\nlevel = 'high'\nthreshold = 7\ntimespan = '2h'\n"
    files = {"r.yml": EVENT, "count.yml": COUNT.format("r")}
    (correlation,) = tuned(tmp_path, toml, files).in_force.correlations
    assert (correlation.meta.level, correlation.threshold, correlation.timespan.seconds) == (
        Level.HIGH,
        7,
        7200,
    )


def test_a_threshold_on_an_event_rule_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no correlation"):
        tuned(tmp_path, "[rules.r]\nthreshold = 2\n", {"r.yml": EVENT})


def test_an_empty_list_switches_its_rule_off(tmp_path: Path) -> None:
    files = {"listed.yml": LISTED, "count.yml": COUNT.format("listed")}
    result = tuned(tmp_path, "", files)
    assert names(result) == []
    assert [rule.name for rule in result.shipped.all_rules] == []
    assert "`egress` is empty" in result.off[1].reason
    assert "listed, which is off" in result.off[0].reason


def test_a_filled_list(tmp_path: Path) -> None:
    toml = '[lists]\negress = ["10.0.0.0/8", "203.0.113.9", "none"]\n'
    (rule,) = tuned(tmp_path, toml, {"listed.yml": LISTED}).in_force.rules
    assert [type(atom.test).__name__ for atom in atoms(rule.expr)] == ["Cidr", "Address", "Pattern"]


def test_settings_for_rules_that_are_not_there(tmp_path: Path) -> None:
    result = tuned(tmp_path, "[rules.nope]\nenabled = false\n", {"r.yml": EVENT})
    assert result.unknown == ("nope",)


def test_without_settings_nothing_changes(tmp_path: Path) -> None:
    rules = load_rules([write(tmp_path, {"rules/r.yml": EVENT}) / "rules"], CATALOG)
    assert tune(rules, Settings(), CATALOG).in_force == rules


FILTER = (
    "title: F\nid: f\nname: quiet\nlogsource: {product: okta, service: okta}\nfilter:\n"
    "  rules: [r]\n  s:\n    client.ipAddress|expand: '%egress%'\n  condition: not s\n"
)


def test_an_empty_filter_is_off_and_changes_nothing(tmp_path: Path) -> None:
    without = tuned(tmp_path / "a", "", {"r.yml": EVENT})
    result = tuned(tmp_path / "b", "", {"r.yml": EVENT, "filter/f.yml": FILTER})
    assert result.filters_off == ("quiet",)
    assert (result.off, result.unknown) == ((), ())
    assert result.in_force.rules == without.in_force.rules


def test_a_filled_filter_narrows_the_rules_it_names(tmp_path: Path) -> None:
    other = EVENT.replace("name: r", "name: other")
    toml = '[lists]\negress = ["10.0.0.0/8"]\n'
    files = {"r.yml": EVENT, "other.yml": other, "f.yml": FILTER, "count.yml": COUNT.format("r")}
    result = tuned(tmp_path, toml, files)
    assert result.filters_off == ()
    rules = {rule.name: rule for rule in result.shipped.rules}
    assert [type(atom.test).__name__ for atom in atoms(rules["r"].expr)] == ["Pattern", "Cidr"]
    assert [selection.name for selection in rules["r"].selections] == ["s", "quiet"]
    assert len(atoms(rules["other"].expr)) == 1
    (base,) = result.in_force.referenced(result.in_force.correlations[0])
    assert base == rules["r"]
    again = tune(result.in_force, load_settings([tmp_path / "okta-access.toml"]), CATALOG)
    assert again.in_force == result.in_force


def test_a_filter_switched_off(tmp_path: Path) -> None:
    toml = '[lists]\negress = ["10.0.0.1"]\n[rules.quiet]\nenabled = false\n'
    result = tuned(tmp_path, toml, {"r.yml": EVENT, "f.yml": FILTER})
    assert (result.filters_off, result.unknown) == (("quiet",), ())
    assert len(atoms(result.in_force.rules[0].expr)) == 1


def test_a_filter_takes_no_level(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a filter"):
        tuned(tmp_path, '[rules.quiet]\nlevel = "high"\n', {"r.yml": EVENT, "f.yml": FILTER})


def test_a_filter_holds_for_a_rule_read_alone(tmp_path: Path) -> None:
    files = {"rules/r.yml": EVENT, "rules/filter/f.yml": FILTER}
    rules = load_rules([write(tmp_path, files) / "rules/r.yml"], CATALOG)
    assert [one.name for one in rules.filters] == ["quiet"]
    assert len(rules.documents) == 1


def test_for_tests_a_rule_is_as_written_with_the_lists_of_its_fixture(tmp_path: Path) -> None:
    files = {
        "rules/r.yml": EVENT,
        "rules/listed.yml": LISTED,
        "rules/f.yml": FILTER,
        "rules/count.yml": COUNT.format("listed"),
        "fixtures/listed.yml": "lists: {egress: [192.0.2.1]}\n",
        "okta-access.toml": '[lists]\negress = ["10.0.0.0/8"]\n[rules.r]\nlevel = "high"\n',
    }
    rules = load_rules([write(tmp_path, files) / "rules"], CATALOG)
    settings = load_settings([tmp_path / "okta-access.toml"])
    found = {rule.name: rule for rule in as_written(rules, settings, CATALOG).rules}
    assert found["r"] == next(rule for rule in rules.rules if rule.name == "r")
    assert [type(atom.test).__name__ for atom in atoms(found["listed"].expr)] == ["Address"]
    (tmp_path / "fixtures/listed.yml").unlink()
    (again,) = [r for r in as_written(rules, settings, CATALOG).rules if r.name == "listed"]
    assert [type(atom.test).__name__ for atom in atoms(again.expr)] == ["Cidr"]
    names_left = [rule.name for rule in as_written(rules, Settings(), CATALOG).all_rules]
    assert names_left == ["r"]


def test_lists_of_a_fixture_hold_texts(tmp_path: Path) -> None:
    for text in ("lists: [a]\n", "lists: {a: b}\n", "lists: {a: []}\n", "lists: {a: [[b]]}\n"):
        path = write(tmp_path, {"f.yml": text}) / "f.yml"
        assert [p.code for p in read_fixture(path, CATALOG).problems] == ["OA603"], text


def test_a_rule_that_lies_beside_is_no_unknown_one(tmp_path: Path) -> None:
    write(tmp_path, {"rules/a/r.yml": EVENT, "rules/b/s.yml": EVENT})
    read = [str(tmp_path / "rules/a/r.yml")]
    assert [lies_beside(read, name) for name in ("s", "r", "t", "../b/s")] == [
        True,
        True,
        False,
        False,
    ]
