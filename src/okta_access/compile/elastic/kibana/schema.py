"""What Kibana accepts in an imported detection rule, as types: our own strict check.

Kibana drops unknown keys without a word, so a misspelt key would be a lost feature; it refuses
null. Here unknown keys are errors, and absent ones are ``UNSET``. After elastic/kibana,
``x-pack/solutions/security/plugins/security_solution/common/api/detection_engine/model/
rule_schema`` (common_attributes, rule_schemas, specific_attributes) and
``rule_management/import_rules``, for stacks 8.19 and 9.x.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from okta_access.errors import OktaAccessError

Text = Annotated[str, Meta(min_length=1)]
_Interval = Annotated[str, Meta(pattern=r"^[1-9][0-9]*[smhd]$")]
_From = Annotated[str, Meta(pattern=r"^now-[1-9][0-9]*[smhdwMy]$")]
_Uuid = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
_Whole = Annotated[int, Meta(ge=1)]
_ThreeFields = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=3)]
MAX_BYTES = 10 * 1024 * 1024
MAX_RULES = 9_999

_BANDS = {"low": (0, 21), "medium": (22, 47), "high": (48, 73), "critical": (74, 100)}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}


class _Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of a rule; every key is known."""


class Integration(_Part, frozen=True, kw_only=True):
    """An integration that brings the data; the version is a semantic range."""

    package: Text
    version: Annotated[str, Meta(pattern=r"^[\^~]?\d+\.\d+\.\d+$")]
    integration: Text | UnsetType = UNSET


class RequiredField(_Part, frozen=True, kw_only=True):
    """A field that the query reads."""

    name: Text
    type: Text


class InvestigationFields(_Part, frozen=True, kw_only=True):
    """The fields an analyst sees first."""

    field_names: Annotated[tuple[Text, ...], Meta(min_length=1)]


class AttackTactic(_Part, frozen=True, kw_only=True):
    """A tactic of ATT&CK."""

    id: Annotated[str, Meta(pattern=r"^TA\d{4}$")]
    name: Text
    reference: Annotated[str, Meta(pattern=r"^https://attack\.mitre\.org/tactics/TA\d{4}/$")]


class AttackSubtechnique(_Part, frozen=True, kw_only=True):
    """A sub-technique of ATT&CK."""

    id: Annotated[str, Meta(pattern=r"^T\d{4}\.\d{3}$")]
    name: Text
    reference: Annotated[
        str, Meta(pattern=r"^https://attack\.mitre\.org/techniques/T\d{4}/\d{3}/$")
    ]


class AttackTechnique(_Part, frozen=True, kw_only=True):
    """A technique of ATT&CK, with those of its sub-techniques that the rule names."""

    id: Annotated[str, Meta(pattern=r"^T\d{4}$")]
    name: Text
    reference: Annotated[str, Meta(pattern=r"^https://attack\.mitre\.org/techniques/T\d{4}/$")]
    subtechnique: tuple[AttackSubtechnique, ...] | UnsetType = UNSET


class Threat(_Part, frozen=True, kw_only=True):
    """One tactic with the techniques under it."""

    framework: Literal["MITRE ATT&CK"] = "MITRE ATT&CK"
    tactic: AttackTactic
    technique: tuple[AttackTechnique, ...] | UnsetType = UNSET


class Duration(_Part, frozen=True, kw_only=True):
    """How long alerts are suppressed; there is no unit for days."""

    value: _Whole
    unit: Literal["s", "m", "h"]


class Suppression(_Part, frozen=True, kw_only=True):
    """Alerts of equal fields become one; needs a paid licence."""

    group_by: _ThreeFields
    duration: Duration | UnsetType = UNSET
    missing_fields_strategy: Literal["suppress", "doNotSuppress"]


class ThresholdSuppression(_Part, frozen=True, kw_only=True):
    """Of threshold rules, which always suppress by the grouped fields."""

    duration: Duration


class Cardinality(_Part, frozen=True, kw_only=True):
    """At least so many different values of a field."""

    field: Text
    value: Annotated[int, Meta(ge=0)]


class Threshold(_Part, frozen=True, kw_only=True):
    """At least ``value`` documents in each group; three fields are what stacks before 9.2 take."""

    field: Annotated[tuple[Text, ...], Meta(max_length=3)]
    value: _Whole
    cardinality: Annotated[tuple[Cardinality, ...], Meta(max_length=1)] | UnsetType = UNSET


class _Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """The keys of every type of rule.

    ``enabled``, ``actions`` and ``exceptions_list`` are left out: a new rule arrives disabled and
    with none, and an upgrade keeps what its admin has chosen.
    """

    rule_id: _Uuid
    name: Text
    description: Text
    version: _Whole
    severity: Literal["low", "medium", "high", "critical"]
    risk_score: Annotated[int, Meta(ge=0, le=100)]
    from_: _From = msgspec.field(name="from")
    to: Literal["now"] = "now"
    interval: _Interval
    max_signals: Annotated[int, Meta(ge=1, le=1000)] = 100
    author: tuple[str, ...] = ()
    license: Text | UnsetType = UNSET
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    false_positives: tuple[str, ...] = ()
    note: Text | UnsetType = UNSET
    setup: Text | UnsetType = UNSET
    threat: tuple[Threat, ...] = ()
    related_integrations: tuple[Integration, ...] = ()
    required_fields: tuple[RequiredField, ...] = ()
    investigation_fields: InvestigationFields | UnsetType = UNSET
    building_block_type: Literal["default"] | UnsetType = UNSET
    timestamp_override: Text | UnsetType = UNSET
    timestamp_override_fallback_disabled: bool | UnsetType = UNSET


_Index = Annotated[tuple[Text, ...], Meta(min_length=1)]


class QueryRule(_Rule, frozen=True, kw_only=True, tag="query"):
    """Each event that matches is an alert."""

    language: Literal["kuery", "lucene"]
    query: Text
    index: _Index
    alert_suppression: Suppression | UnsetType = UNSET


class EqlRule(_Rule, frozen=True, kw_only=True, tag="eql"):
    """Events, or sequences of events, in EQL."""

    language: Literal["eql"] = "eql"
    query: Text
    index: _Index
    alert_suppression: Suppression | UnsetType = UNSET


class EsqlRule(_Rule, frozen=True, kw_only=True, tag="esql"):
    """Each row of the answer is an alert; the query itself names the index."""

    language: Literal["esql"] = "esql"
    query: Text
    alert_suppression: Suppression | UnsetType = UNSET


class ThresholdRule(_Rule, frozen=True, kw_only=True, tag="threshold"):
    """Groups that hold enough documents, or enough different values."""

    language: Literal["kuery", "lucene"]
    query: Text
    index: _Index
    threshold: Threshold
    alert_suppression: ThresholdSuppression | UnsetType = UNSET


class NewTermsRule(_Rule, frozen=True, kw_only=True, tag="new_terms"):
    """Values that documents did not show since the start of a history window."""

    language: Literal["kuery", "lucene"]
    query: Text
    index: _Index
    new_terms_fields: _ThreeFields
    history_window_start: _From
    alert_suppression: Suppression | UnsetType = UNSET


KibanaRule = QueryRule | EqlRule | EsqlRule | ThresholdRule | NewTermsRule


class NotARule(OktaAccessError):
    """Kibana would refuse the rule, or silently take it for another."""


def read_rule(line: bytes | str) -> KibanaRule:
    """A line of an NDJSON file as a rule.

    Raises :class:`NotARule` for what Kibana refuses or drops without a word.
    """
    try:
        rule: KibanaRule = msgspec.json.decode(line, type=KibanaRule)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotARule(f"not a rule that Kibana takes as it is: {error}") from error
    wrong = _contradictions(rule)
    if wrong:
        raise NotARule(f"{rule.name}: {'; '.join(wrong)}")
    return rule


def read_rules(data: bytes) -> tuple[KibanaRule, ...]:
    """All rules of an NDJSON file. Raises :class:`NotARule`, also for what concerns them together.

    >>> read_rules(b"")
    ()
    """
    rules = tuple(read_rule(line) for line in data.splitlines())
    if len({rule.rule_id for rule in rules}) < len(rules):
        raise NotARule("a rule_id stands twice in the file")
    if len(data) > MAX_BYTES or len(rules) > MAX_RULES:
        raise NotARule(f"the file is larger than {MAX_BYTES} bytes or {MAX_RULES} rules")
    return rules


def _contradictions(rule: KibanaRule) -> list[str]:
    low, high = _BANDS[rule.severity]
    reach = _seconds(rule.from_.removeprefix("now-"))
    wrong = []
    if not low <= rule.risk_score <= high:
        wrong.append(f"risk_score {rule.risk_score} is not of severity {rule.severity}")
    if reach < _seconds(rule.interval) + 60:
        wrong.append("from must reach back a minute further than the interval")
    if isinstance(rule, ThresholdRule):
        wrong += _threshold(rule.threshold)
    if isinstance(rule, EsqlRule):
        wrong += _esql(rule.query)
    if isinstance(rule, NewTermsRule):
        wrong += _new_terms(rule, reach)
    wrong += [
        f"{sub.id} stands below {technique.id}"
        for threat in rule.threat
        for technique in threat.technique or ()
        for sub in technique.subtechnique or ()
        if not sub.id.startswith(technique.id)
    ]
    tactics = [threat.tactic.id for threat in rule.threat]
    if len({*tactics}) < len(tactics):
        wrong.append("a tactic stands twice in threat")
    return wrong


def _threshold(threshold: Threshold) -> list[str]:
    counted = {one.field for one in threshold.cardinality or ()}
    both = counted & {*threshold.field}
    return [f"{field} is grouped by and counted" for field in sorted(both)]


def _new_terms(rule: NewTermsRule, reach: int) -> list[str]:
    wrong = []
    if _seconds(rule.history_window_start.removeprefix("now-")) <= reach:
        wrong.append("history_window_start must lie before from")
    if len({*rule.new_terms_fields}) < len(rule.new_terms_fields):
        wrong.append("a field stands twice in new_terms_fields")
    return wrong


def _esql(query: str) -> list[str]:
    """Kibana appends ``| limit …`` to the text."""
    last = query.rstrip().splitlines()[-1]
    wrong = ["the query ends in `;`"] if last.endswith(";") else []
    return [*wrong, "a comment is the last line"] if last.lstrip().startswith("//") else wrong


def _seconds(span: str) -> int:
    found = re.fullmatch(r"(\d+)([smhdwMy])", span)
    assert found is not None
    return int(found[1]) * _SECONDS[found[2]]
