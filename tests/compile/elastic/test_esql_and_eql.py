"""ES|QL and EQL texts: their forms, and what they refuse."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_access.compile.elastic.eql.text import eql_condition, eql_query
from okta_access.compile.elastic.esql.query import correlation_query, event_query, exact_query
from okta_access.compile.elastic.esql.text import condition, string
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.targets.elastic_esql import TARGET
from okta_access.errors import Refused
from okta_access.rules.model import Expr, Not
from okta_access.rules.settings.files import ElasticSettings
from tests.builders.rules import CATALOG, expression
from tests.builders.specs import COUNTED, base, correlation
from tests.compile.elastic.corpus import HERE, atom, tree

FIELDS = Fields(CATALOG)
FLATTENED = Fields(CATALOG, ElasticSettings(targets="flattened"))
SAME_ID = (
    "COALESCE(MV_COUNT(MV_DEDUPE(MV_APPEND(okta.actor.id, okta.target.id)))"
    " < MV_COUNT(MV_DEDUPE(okta.actor.id)) + MV_COUNT(MV_DEDUPE(okta.target.id)), false)"
)
STRICT = '{"lenient": false}'


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("eventType: [a, b]", 'okta.event_type IN ("a", "b")'),
        ("securityContext.isProxy: true", "okta.security_context.is_proxy == true"),
        ("client.ipAddress: 10.0.0.1", 'okta.client.ip == "10.0.0.1"'),
        ("client.ipAddress|cidr: 10.0.0.0/8", 'CIDR_MATCH(okta.client.ip, "10.0.0.0/8")'),
        ("outcome.result: [DENY, FAILURE]", 'okta.outcome.result IN ("DENY", "FAILURE")'),
        ("actor.id|cased: Ab", 'okta.actor.id == "Ab"'),
        ("actor.id: null", "okta.actor.id IS NULL"),
        ("actor.id|exists: true", "okta.actor.id IS NOT NULL"),
        ("actor.id: Ab", 'COALESCE(TO_LOWER(okta.actor.id), "") == "ab"'),
        ("actor.id|contains: [Ab, C]", 'TO_LOWER(okta.actor.id) RLIKE ".*(ab|c).*"'),
        (r"actor.id|startswith: 'a\*\'", 'TO_LOWER(okta.actor.id) LIKE """a\\*\\\\*"""'),
        ("actor.id|cased|contains: i", 'okta.actor.id LIKE "*i*"'),
        # In lower case U+0130 is an i and a dot above, and matched by neither of these in a rule.
        ("actor.id|contains: i", 'okta.actor.id RLIKE ".*[Ii].*"'),
        ("actor.id: 'a?'", 'okta.actor.id RLIKE "[Aa]."'),
        # Of several values `==` and LIKE know nothing.
        ("target.id|cased: Ab", 'okta.target.id : "Ab"'),
        ("target.id: Ab", f'QSTR("okta.target.id:/[Aa][Bb]/", {STRICT})'),
        ("target.id: 'a\"'", f'QSTR("""okta.target.id:/[Aa]\\"/""", {STRICT})'),
        ("target.id: null", f'NOT QSTR("_exists_:okta.target.id", {STRICT})'),
        (
            "actor.id|fieldref: target.id",
            SAME_ID,
        ),
    ],
)  # fmt: skip
def test_esql_forms(item: str, text: str) -> None:
    assert condition(expression(item), FIELDS) == text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("outcome.result: DENY", 'COALESCE(okta.outcome.result, "") != "DENY"'),
        ("outcome.result: [A, B]", 'COALESCE(okta.outcome.result, "") NOT IN ("A", "B")'),
        ("actor.id|contains: a", 'COALESCE(TO_LOWER(okta.actor.id), "") NOT LIKE "*a*"'),
        ("securityContext.isProxy: true",
         "COALESCE(okta.security_context.is_proxy, false) != true"),
        ("client.ipAddress: 10.0.0.1",
         'NOT COALESCE(CIDR_MATCH(okta.client.ip, "10.0.0.1/32"), false)'),
        ("actor.id|re: a", 'NOT COALESCE(okta.actor.id RLIKE ".*a.*", false)'),
        ("target.id|cased: Ab", 'NOT okta.target.id : "Ab"'),
        ("actor.id|exists: true", "okta.actor.id IS NULL"),
    ],
)  # fmt: skip
def test_esql_says_not_of_what_may_be_absent(item: str, text: str) -> None:
    assert condition(Not(expression(item), HERE), FIELDS) == text


@pytest.mark.parametrize(
    ("item", "fields", "reason"),
    [
        ("actor.id|fieldref|contains: target.id", FIELDS, "any of several"),
        ("actor.id|fieldref: client.ipAddress", FIELDS, "of type ip"),
        ("actor.id|fieldref: target.id", FLATTENED, "flattened"),
        ("client.ipAddress: '10.*'", FIELDS, "holds addresses"),
    ],
)
def test_esql_refusals(item: str, fields: Fields, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        condition(expression(item), fields)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_string_of_esql_reads_back(text: str) -> None:
    """Read as ES|QL's grammar has strings: raw between three quotes, else with five escapes."""
    written = string(text)
    assert "\n" not in written
    assert "\r" not in written
    if written.startswith('"""'):
        inner = written[3:-3]
        assert '"""' not in inner
        assert not inner.endswith('"')
    else:
        inner, rest = "", iter(written[1:-1])
        for char in rest:
            assert char != '"'
            inner += _escaped(next(rest)) if char == "\\" else char
    assert inner == text


def _escaped(char: str) -> str:
    return {"n": "\n", "r": "\r"}.get(char, char)


def test_an_event_query_names_the_documents() -> None:
    fields = Fields(CATALOG, ElasticSettings(index=("logs-okta*", "filebeat-*")))
    assert event_query(expression("eventType: a"), fields) == (
        'FROM logs-okta*, filebeat-* METADATA _id, _index, _version\n| WHERE okta.event_type == "a"'
    )


@pytest.mark.parametrize("spec", COUNTED, ids=lambda s: f"{s[0]}-{'-'.join(s[1])}")
def test_a_correlation_ends_so_that_kibana_can_add_its_limit(spec: tuple[str, ...]) -> None:
    bases = tuple(base(name) for name in spec[1])
    for write in (correlation_query, exact_query):
        query = write(correlation(*spec), bases, FIELDS)  # type: ignore[arg-type]
        last = query.splitlines()[-1]
        assert last.startswith("| KEEP ")
        assert not query.endswith((";", "\n"))


def test_the_plain_form_is_one_stats_that_says_who_what_and_where() -> None:
    rule = correlation("event_count", ["create"], ["actor.id"], "{gte: 3}")
    lines = correlation_query(rule, (base("create"),), FIELDS).splitlines()
    agent = "okta.client.user_agent.raw_user_agent"  # too long a line to stand below
    assert lines.pop(-5) == f"    Esql.{agent.replace('.', '_')}_values = VALUES({agent}),"
    assert (
        "\n".join(lines)
        == """\
FROM logs-okta* METADATA _id, _index
| WHERE okta.event_type == "access.request.create"
    AND okta.actor.id IS NOT NULL
| STATS Esql.event_count = COUNT_DISTINCT(okta.uuid),
    Esql.first_seen = MIN(@timestamp),
    Esql.last_seen = MAX(@timestamp),
    Esql.okta_event_type_values = VALUES(okta.event_type),
    Esql.okta_outcome_result_values = VALUES(okta.outcome.result),
    Esql.okta_actor_alternate_id_values = VALUES(okta.actor.alternate_id),
    Esql.okta_actor_display_name_values = VALUES(okta.actor.display_name),
    Esql.okta_actor_type_values = VALUES(okta.actor.type),
    Esql.okta_target_alternate_id_values = VALUES(okta.target.alternate_id),
    Esql.okta_target_id_values = VALUES(okta.target.id),
    Esql.okta_target_type_values = VALUES(okta.target.type),
    Esql.okta_client_ip_values = VALUES(okta.client.ip),
    Esql.client_geo_country_name_values = VALUES(client.geo.country_name),
    Esql.okta_uuid_values = VALUES(okta.uuid)
    BY okta.actor.id
| WHERE Esql.event_count >= 3
| KEEP okta.actor.id, Esql.*"""
    )
    exact = Fields(CATALOG, ElasticSettings(form="exact"))
    assert correlation_query(rule, (base("create"),), exact) == exact_query(
        rule, (base("create"),), exact
    )


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["create", "resolve", "cancel", "failed"], "more than 3"),
        (["create", "failed", "cancel"], "neighbouring"),
    ],
)
def test_sequences_that_are_refused(names: list[str], reason: str) -> None:
    rule = correlation("temporal_ordered", names, ["actor.id"], None)
    with pytest.raises(Refused, match=reason):
        correlation_query(rule, tuple(base(name) for name in names), FIELDS)


@pytest.mark.parametrize(("key", "reason"), [("target.id", "flattened"), ("nope", "catalogue")])
def test_keys_that_are_refused(key: str, reason: str) -> None:
    rule = correlation("event_count", ["create"], [key], "{gte: 2}")
    with pytest.raises(Refused, match=reason):
        correlation_query(rule, (base("create"),), FLATTENED)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("eventType: [a, b]", 'okta.event_type in ("a", "b")'),
        ("outcome.result: [DENY, FAILURE]", 'okta.outcome.result in ("DENY", "FAILURE")'),
        ("outcome.result: '*e?'", 'okta.outcome.result like~ "*e?"'),
        ("outcome.result|cased: 'A*'", 'okta.outcome.result like "A*"'),
        ("outcome.result|cased: 'A'", 'okta.outcome.result == "A"'),
        ("actor.id: ok", 'okta.actor.id : "ok"'),
        ("actor.id: \u00e9", 'okta.actor.id regex "[\u00c9\u00e9]"'),
        (r"actor.id: 'a\*'", 'okta.actor.id regex """[Aa]\\*"""'),
        ("actor.id: null", "?okta.actor.id == null"),
        ("actor.id|exists: true", "?okta.actor.id != null"),
        ("securityContext.isProxy: true", "okta.security_context.is_proxy == true"),
        ("client.ipAddress: 10.0.0.1", 'cidrMatch(okta.client.ip, "10.0.0.1/32")'),
        # An ip field keeps IPv4 addresses at ::ffff:0:0/96.
        ("client.ipAddress|cidr: [10.0.0.0/8, '::fffc:0:0/94']",
         'cidrMatch(okta.client.ip, "10.0.0.0/8", "::fffc:0:0/95", "::fffe:0:0/96")'),
    ],
)  # fmt: skip
def test_eql_forms(item: str, text: str) -> None:
    assert eql_condition(expression(item), FIELDS) == text


def test_eql_asks_whether_a_field_is_there_below_not() -> None:
    expr = Not(expression("actor.type: [User, System]"), HERE)
    assert eql_query(expr, FIELDS) == (
        'any where not (?okta.actor.type != null and okta.actor.type in ("User", "System"))'
    )


@pytest.mark.parametrize(
    ("item", "fields", "reason"),
    [
        ("actor.id|fieldref: target.id", FIELDS, "compare"),
        ("target.id: a", FLATTENED, "flattened"),
        ("client.ipAddress: '10.*'", FIELDS, "type ip"),
    ],
)
def test_eql_refusals(item: str, fields: Fields, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        eql_condition(expression(item), fields)


@given(tree(atom()))
def test_every_expression_is_said_or_refused(expr: Expr) -> None:
    for write in (condition, eql_condition):
        with suppress(Refused):
            text = write(expr, FIELDS)
            assert text.strip() == text


def test_the_target_says_its_name() -> None:
    assert (TARGET.name, TARGET.suffix) == ("elastic-esql", "esql")
