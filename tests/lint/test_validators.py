"""pySigma's and SigmaHQ's validators: all accounted for, and none asks the network."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import NoReturn

import pytest

from okta_access.lint.facts import validators
from okta_access.lint.facts.validators import CHOSEN, SIGMAHQ
from tests.builders.linting import PLAIN, lint_text, places, rule_with

# Not run, and why. A new validator of a new version is in neither list, and fails a test.
ONLINE = {
    "attacktag",
    "d3_fendtag",
    "sigmahq_category_event_id",
    "sigmahq_category_windows_provider_name",
    "sigmahq_fieldname_cast",
    "sigmahq_filename_prefix",
    "sigmahq_invalid_fieldname",
    "sigmahq_logsource_unknown",
    "sigmahq_redundant_field",
    "sigmahq_tags_techniques_without_tactics",
}
SAID_BY_OURS = {
    "control_character",
    "custom_attributes",
    "dangling_condition",
    "dangling_detection",
    "duplicate_references",
    "duplicate_tag",
    "duplicate_title",
    "identifier_existence",
    "identifier_uniqueness",
    "invalid_modifier_combinations",  # OA301 knows that `|all` has a meaning on arrays
    "tag_format",
    "sigmahq_level_existence",
    "sigmahq_modified_date_order",
}
OF_NO_CONCERN = {
    "number_as_string",  # no catalogued field is a number
    "duplicate_filename",  # the name is the file's, and OA117 speaks of names
    "fieldname_logsource",  # Windows
    "specific_instead_of_generic_logsource",  # Windows
    "tlpv1_tag",  # `tlptag` takes both versions
    "tlpv2_tag",
    "sigmahq_field_user",  # Windows
    "sigmahq_invalid_hash_kv",  # Windows
    "sigmahq_sysmon_missing_eventid",  # Windows
    "sigmahq_fields_existence",  # `fields` is in the specification
    "sigmahq_unknown_field",  # `assumptions` is ours
    "filename_length",  # names of files follow this project
    "sigmahq_filename_convention",
    "sigmahq_correlation_filename_prefix",
    "sigmahq_tags_detection",  # SigmaHQ's own folders
    "sigmahq_tags_tlp",
    "sigmahq_tags_unique_detection",
    "sigmahq_tags_unique_tlp",
}


@pytest.mark.parametrize("package", CHOSEN)
def test_every_validator_is_run_or_left_out_for_a_reason(package: str) -> None:
    known = {*pytest.importorskip(package).validators}
    left_out = ONLINE | SAID_BY_OURS | OF_NO_CONCERN
    assert {*CHOSEN[package]} <= known
    assert not {*CHOSEN[package]} & left_out
    assert known == {*CHOSEN[package]} | (known & left_out)


def test_none_asks_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a validator asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = rule_with(
        "tags: [attack.t1484, attack.privilege-escalation, d3fend.d3-am, cve.2024-1, tlp.red]\n"
    )
    assert {code for _, _, code in places(lint_text(tmp_path, text).findings)} <= {"OA190", "OA191"}


def test_an_issue_stands_at_the_value_it_is_about(tmp_path: Path) -> None:
    text = rule_with("tags:\n    - nospace.x\n")
    assert (21, 7, "OA190") in places(lint_text(tmp_path, text).findings)


def test_without_sigmahqs_package_its_validators_are_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PLAIN.replace("title: Okta", "title: Detects Okta")
    pytest.importorskip(SIGMAHQ)
    assert "OA191" in {code for _, _, code in places(lint_text(tmp_path, text).findings)}
    monkeypatch.setattr(validators, "find_spec", lambda name: name != SIGMAHQ or None)
    assert places(lint_text(tmp_path, text).findings) == []
