"""The catalogue's family: what is named, where, and with which hint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from okta_access.catalog.load import load_catalog
from okta_access.catalog.outcomes import OutcomeKind, load_outcomes
from okta_access.content import rules_dir
from okta_access.rules.collection import find_rule_files
from tests.builders.linting import lint_paths, lint_text, rule_with

CATALOG = load_catalog()
NOT_DONE = load_outcomes()[OutcomeKind.NOT_DONE].values
SESSION = "authenticationContext.externalSessionId"


Found = list[tuple[str, str | None]]


def found(folder: Path, item: str, *, event_type: str = "access.review.close") -> Found:
    """Codes and hints for a rule with this item, which stands on line 16; of OA2xx alone."""
    text = rule_with(
        f"detection:\n    selection:\n        eventType: {event_type}\n        {item}\n"
        "    condition: selection\n"
    )
    result = lint_text(folder, text)
    codes = [one for one in result.findings if one.code.startswith("OA2")]
    assert {one.span.line for one in codes} <= {15, 16}
    return [(one.code, one.hint) for one in codes]


@pytest.mark.parametrize("path", CATALOG.fields)
def test_every_catalogued_field_is_known_and_its_slips_are_found(tmp_path: Path, path: str) -> None:
    assert not {code for code, _ in found(tmp_path, f"{path}: null")} & {"OA201", "OA202", "OA203"}
    wanted = f"did you mean `{path}`?"
    if path.upper() != path:
        assert ("OA202", wanted) in found(tmp_path, f"{path.upper()}: null")
    for slip in (f"{path}x", path[:-1]):
        assert ("OA201", wanted) in found(tmp_path, f"{slip}: null")


@pytest.mark.parametrize("path", [p for p, field in CATALOG.fields.items() if "." in p])
def test_a_products_own_name_of_a_field_is_understood(tmp_path: Path, path: str) -> None:
    field = CATALOG.fields[path]
    for name in {field.splunk, field.elastic, path.replace("target.", "target[].")} - {path}:
        assert ("OA201", f"did you mean `{path}`?") in found(tmp_path, f'"{name}": null')


@pytest.mark.parametrize("path", CATALOG.envelope)
def test_envelope_fields_are_refused(tmp_path: Path, path: str) -> None:
    for name in (path, path.upper()):
        assert found(tmp_path, f"{name}: x") == [("OA203", None)]


@pytest.mark.parametrize("name", CATALOG.events)
def test_every_catalogued_event_type_is_known_and_its_slips_are_found(
    tmp_path: Path, name: str
) -> None:
    here = "actor.id: x"
    assert found(tmp_path, here, event_type=name) == []
    assert found(tmp_path, here, event_type=name.title()) == [("OA205", f"did you mean `{name}`?")]
    assert found(tmp_path, here, event_type=name + "d") == [("OA204", f"did you mean `{name}`?")]


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        ("actor.type: User", []),
        ("actor.type: user", ["OA206"]),
        ("actor.type|contains: user", []),
        ("actor.type|cased: user", ["OA206"]),
        ("actor.type|startswith: publicclient", []),
        ("actor.type|contains: Robot", ["OA206"]),
        ("actor.type|re: ^User$", []),
        ("actor.type|re: ^user$", ["OA206"]),
        ("actor.type|re|i: ^user$", []),
        ("actor.type: [User, Robot]", ["OA206"]),
        ("outcome.result: null", []),
        ("outcome.result|exists: yes", []),
        ("outcome.result: 'NULL'", ["OA206", "OA209"]),
        ("securityContext.isProxy: true", []),
        ("securityContext.isProxy: 'TRUE'", []),
        ("securityContext.isProxy: yes", []),
        ("securityContext.isProxy: null", []),
        ("securityContext.isProxy: 1", ["OA207"]),
        ("securityContext.isProxy|contains: tru", ["OA207"]),
        ("securityContext.isProxy|re: tru.", ["OA207"]),
        ("actor.displayName: true", ["OA207"]),
        ("actor.displayName: 'true'", []),
        ("client.geographicalContext.country: NO", ["OA208"]),
        ("target.alternateId: 1234", []),
        ("target.alternateId: 0123", ["OA208"]),
        ("target.alternateId: 1_000", ["OA208"]),
        ("target.alternateId: 12:30:00", ["OA208"]),
        ("actor.displayName: 1.10", ["OA208"]),
        ("actor.displayName: 1.5", []),
        ("actor.displayName: 2026-01-01", []),
        ("actor.displayName: ~", []),
        ("client.ipAddress: 10.0.0.1", []),
        ("client.ipAddress: '::1'", []),
        ("client.ipAddress|cidr: 10.0.0.0/8", []),
        ("client.ipAddress|startswith: '10.'", []),
        ("client.ipAddress: 10.0.0", ["OA210"]),
        ("client.ipAddress: unknown", ["OA210"]),
        ("client.ipAddress|expand: '%egress%'", []),
        ("actor.id|fieldref: target.id", []),
        ("actor.id|fieldref: target.idd", ["OA201"]),
        ("actor.id|fieldref: securityContext.isProxy", ["OA212"]),
    ],
)
def test_values(tmp_path: Path, item: str, codes: list[str]) -> None:
    assert [code for code, _ in found(tmp_path, item)] == codes


def test_values_of_a_field_in_the_wrong_case_are_judged_too(tmp_path: Path) -> None:
    assert found(tmp_path, "securitycontext.isproxy: 'yes'") == [
        ("OA202", "did you mean `securityContext.isProxy`?"),
        ("OA207", "write `securityContext.isProxy: true`"),
    ]
    assert [code for code, _ in found(tmp_path, "eventtype: access.request.aprove")] == [
        "OA202",
        "OA204",
    ]


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("eventType|startswith: access.request.", []),
        ("eventType|contains: .condition.", []),
        ("eventType|endswith: .approve", ["OA204"]),
        ("eventType|re: '^access\\.re'", []),
        ("eventType|startswith: Access.", ["OA205"]),
        ("eventType: access.*", []),
        ("eventType: access.request.creat?", []),
    ],
)
def test_patterns_of_event_types(tmp_path: Path, pattern: str, codes: list[str]) -> None:
    text = rule_with(f"detection:\n    selection:\n        {pattern}\n    condition: selection\n")
    result = lint_text(tmp_path, text)
    assert [one.code for one in result.findings if one.code.startswith("OA2")] == codes


@pytest.mark.parametrize(
    ("types", "item", "codes"),
    [
        ("access.request.resolve", "actor.id|fieldref: target.id", ["OA213"]),
        ("[access.request.resolve, access.review.close]", "actor.id|fieldref: target.id", []),
        ("access.request.create", "target.type: ACCESS_REQUEST", []),
        ("access.request.create", "target.type: User", ["OA214"]),
        ("access.review.close", "target.type|contains: User", ["OA214"]),
        (
            "access.request.create",
            "authenticationContext.externalSessionId|exists: false",
            ["OA215"],
        ),
        ("access.request.create", "authenticationContext.externalSessionId|exists: true", []),
    ],
)
def test_what_these_events_do_not_hold(
    tmp_path: Path, types: str, item: str, codes: list[str]
) -> None:
    assert [code for code, _ in found(tmp_path, item, event_type=types)] == codes


def test_fields_of_correlations_are_checked(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    lint_text(tmp_path, rule_with(""))
    (rules / "many.yml").write_text(
        "title: Okta Access Many\n"
        "id: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d\n"
        "level: low\n"
        "correlation:\n"
        "    type: value_count\n"
        "    rules: [rule]\n"
        "    group-by: [actor.Id, uuid, target.id]\n"
        "    timespan: 1h\n"
        "    condition: {field: target.idd, gte: 2}\n",
        encoding="utf-8",
    )
    places = [
        (one.span.line, one.span.column, one.code)
        for one in lint_paths(rules).findings
        if one.code.startswith("OA2")
    ]
    assert places == [(7, 16, "OA202"), (7, 26, "OA203"), (9, 24, "OA201")]


FIELD_KEY = re.compile(r"^ +(?:- )?((?:[a-z]+\.)[A-Za-z.]+)(?:\|[a-z|]+)?:", re.MULTILINE)


def test_a_slip_in_any_field_of_any_rule_is_found_in_its_place(tmp_path: Path) -> None:
    """Every key of every rule in turn; one lint run for all of them."""
    expected = []
    for path in find_rule_files([rules_dir()])[0]:
        text = path.read_text(encoding="utf-8")
        for number, match in enumerate(FIELD_KEY.finditer(text)):
            name = match[1]
            slip = name[:-1] + ("x" if name[-1] != "x" else "y")
            copy = tmp_path / f"{path.stem}_{number}.yml"
            copy.write_text(text[: match.start(1)] + slip + text[match.end(1) :], encoding="utf-8")
            line = text.count("\n", 0, match.start(1)) + 1
            column = match.start(1) - text.rfind("\n", 0, match.start(1))
            expected.append((str(copy), line, column, f"did you mean `{name}`?"))
    seen = [
        (one.span.file, one.span.line, one.span.column, one.hint)
        for one in lint_paths(tmp_path).findings
        if one.code == "OA201"
    ]
    assert expected
    assert seen == sorted(expected)


@pytest.mark.parametrize(
    ("listed", "forgotten"),
    [
        (["FAILURE"], ["DENY", "ABANDONED", "UNANSWERED", "RATE_LIMIT", "SKIPPED", "CHALLENGE"]),
        (["FAILURE", "den*", "A*", "UN*", "RATE_LIMIT", "SKIPPED"], ["CHALLENGE"]),
        ([*NOT_DONE], []),
        (["SUCCESS"], []),
    ],
)
def test_a_filter_of_what_was_not_done_forgets_none(
    tmp_path: Path, listed: list[str], forgotten: list[str]
) -> None:
    text = rule_with(
        "detection:\n    selection:\n        eventType: access.review.close\n"
        f"    filter:\n        outcome.result: [{', '.join(listed)}]\n"
        "    condition: selection and not filter\n"
    )
    hints = [one.hint for one in lint_text(tmp_path, text).findings if one.code == "OA216"]
    assert hints == [f"add {', '.join(forgotten)}"] * bool(forgotten)


def test_a_rule_about_failures_may_name_those_it_means(tmp_path: Path) -> None:
    assert "OA216" not in {code for code, _ in found(tmp_path, "outcome.result: [FAILURE, DENY]")}


def test_the_fields_of_an_alias_are_fields_and_its_name_is_none(tmp_path: Path) -> None:
    lint_text(tmp_path, rule_with("detection:\n    s:\n        actor.id: a\n    condition: s\n"))
    (tmp_path / "rules" / "many.yml").write_text(
        "title: Okta Access Many\nid: 5b4b1f6e-1d4a-4b8e-9f0a-0d6f3a1c2b3d\nlevel: low\n"
        "correlation:\n    type: event_count\n    rules: [rule]\n    group-by: [who, whom]\n"
        "    aliases:\n        who:\n            rule: actor.ident\n    timespan: 1h\n"
        "    condition: {gte: 2}\n",
        encoding="utf-8",
    )
    found = [one for one in lint_paths(tmp_path / "rules").findings if one.code == "OA201"]
    assert [(one.span.line, one.message) for one in found] == [
        (7, "unknown field `whom`"),
        (10, "unknown field `actor.ident`"),
    ]
