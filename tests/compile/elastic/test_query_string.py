"""Lucene text: its forms, and what it refuses."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.compile.elastic.query_form import MAX_ATOMS, MAX_DEPTH
from okta_access.errors import Refused
from okta_access.rules.model import And, Atom, Cidr, Expr, IsTrue, Not, Or, Pattern, Placeholder
from okta_access.rules.settings.files import ElasticSettings
from tests.builders.rules import CATALOG, expression
from tests.compile.elastic.corpus import HERE

FIELDS = Fields(CATALOG)
FLATTENED = Fields(CATALOG, ElasticSettings(targets="flattened"))


def a(value: str = "1") -> Atom:
    return Atom("actor.id", Pattern((value,)), HERE, HERE)


def b(value: str = "2") -> Atom:
    return Atom("target.id", Pattern((value,)), HERE, HERE)


def _and(*operands: Expr) -> Expr:
    return And(operands, HERE)


def _or(*operands: Expr) -> Expr:
    return Or(operands, HERE)


def _not(operand: Expr) -> Expr:
    return Not(operand, HERE)


A, B = "okta.actor.id:1", "okta.target.id:2"


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (_and(a(), b()), f"{A} AND {B}"),
        (_or(a(), b()), f"{A} OR {B}"),
        (_or(a("1"), a("3"), a("1")), "okta.actor.id:(1 OR 3)"),
        (_not(a()), f"*:* AND NOT {A}"),
        (_and(_not(a()), _not(b())), f"*:* AND NOT {A} AND NOT {B}"),
        (_or(a(), _not(b())), f"{A} OR (*:* AND NOT {B})"),
        (_not(_or(a(), b())), f"*:* AND NOT {A} AND NOT {B}"),
        (_not(_or(a("1"), a("3"))), "*:* AND NOT okta.actor.id:(1 OR 3)"),
        (_not(_and(a(), b())), f"*:* AND NOT ({A} AND {B})"),
        (_not(_not(a())), A),
        (_and(a(), _or(a("3"), b())), f"{A} AND (okta.actor.id:3 OR {B})"),
        (_or(_and(a(), b()), _and(a("3"), b())), f"({A} AND {B}) OR (okta.actor.id:3 AND {B})"),
        (_and(a(), _not(_and(b(), _not(a("3"))))), f"{A} AND NOT ({B} AND NOT okta.actor.id:3)"),
    ],
)
def test_logic(expr: Expr, text: str) -> None:
    assert query_string(expr, FIELDS) == text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ("eventType: access.request.create", "okta.event_type:access.request.create"),
        ("eventType|startswith: access.", "okta.event_type:access.*"),
        ("outcome.result: DENY", "okta.outcome.result:DENY"),
        ("outcome.result|cased: NOT", 'okta.outcome.result:"NOT"'),
        ("target.alternateId|endswith: '@x.y'", r"okta.target.alternate_id:/.*\@[Xx]\.[Yy]/"),
        ("transaction.id: '12-3'", 'okta.transaction.id:"12-3"'),
        ("transaction.id|contains: '/ 1?'", r"okta.transaction.id:*\/\ 1?*"),
        ("target.id: k", "okta.target.id:/[Kk\u212a]/"),
        (r"target.id: 'a/\\b'", r"okta.target.id:/[Aa]\/[\\][Bb]/"),
        ("actor.id: 'ai*'", "okta.actor.id:/[Aa][Ii].*/"),  # ES|QL cannot say it better
        ("actor.id: '*'", "_exists_:okta.actor.id"),
        ("actor.id: null", "*:* AND NOT _exists_:okta.actor.id"),
        ("actor.id|exists: true", "_exists_:okta.actor.id"),
        ("actor.id|re: '^a.b$'", "okta.actor.id:/a[^\n]b/"),
        ("actor.id|re: 'a|^b'", "okta.actor.id:/.*a.*|b.*/"),
        ("actor.id|re: '(a|b)+c'", "okta.actor.id:/.*(a|b)+c.*/"),
        ("actor.id|re: '~#@&<1>\"'", r"okta.actor.id:/.*\~\#\@\&\<1\>\".*/"),
        ("securityContext.isProxy: true", "okta.security_context.is_proxy:true"),
        ("client.ipAddress: '::FFFF:10.0.0.1'", 'okta.client.ip:"10.0.0.1"'),
        ("client.ipAddress|cidr: 10.0.0.0/8", 'okta.client.ip:"10.0.0.0/8"'),
        ("client.ipAddress|cidr: 2001:db8::/32", 'okta.client.ip:"2001:db8::/32"'),
    ],
)
def test_forms(item: str, text: str) -> None:
    assert query_string(expression(item), FIELDS) == text


LAST = ":".join(["ffff"] * 8)


@pytest.mark.parametrize(
    ("network", "text"),
    [
        ("::/97", '"::/97"'),
        ("::/96", '"::/96"'),
        ("::fffe:0:0/95", '["::fffe:0:0" TO "::fffe:ffff:ffff"]'),
        ("::/64", '(["::" TO "::fffe:ffff:ffff"] OR ["::1:0:0:0" TO "::ffff:ffff:ffff:ffff"])'),
        ("::/0", f'(["::" TO "::fffe:ffff:ffff"] OR ["::1:0:0:0" TO "{LAST}"])'),
    ],
)
def test_ipv6_networks_do_not_take_ipv4_addresses_in(network: str, text: str) -> None:
    atom = Atom("client.ipAddress", Cidr(ip_network(network)), HERE, HERE)
    assert query_string(atom, FIELDS) == f"okta.client.ip:{text}"


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        (expression("actor.id|fieldref: target.id"), "compare"),
        (expression("actor.id|contains: ab"), "in any case"),
        (expression("client.ipAddress: '10.*'"), "holds addresses"),
        (expression("client.ipAddress: unknown"), "holds addresses"),
        (Atom("securityContext.isProxy", Pattern(("yes",)), HERE, HERE), "boolean"),
        (Atom("actor.id", IsTrue(True), HERE, HERE), "string"),
        (Atom("client.ipAddress", Cidr(ip_network("::ffff:0:0/96")), HERE, HERE), "no IPv6"),
        (Atom("nope", Pattern(("yes",)), HERE, HERE), "not in the catalogue"),
        (Atom("actor.id", Placeholder("vips"), HERE, HERE), "%vips%"),
        (expression(f"target.id: '{'ab' * 130}'"), "1040 characters"),
        (expression("actor.id: '*a????????????????'"), "too complex"),
        (expression("actor.id|re: 'a.{30}b'"), "too complex"),
        (_or(*(a(str(n)) for n in range(MAX_ATOMS + 1))), "more than"),
    ],
)
def test_refusals(expr: Expr, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        query_string(expr, FIELDS)


def test_deep_nesting_is_refused_before_it_brings_a_server_down() -> None:
    expr: Expr = a()
    for number in range(MAX_DEPTH):
        expr = _or(b(str(number)), _and(a(str(number)), expr))
    with pytest.raises(Refused, match="deeper"):
        query_string(expr, FIELDS)


@pytest.mark.parametrize("item", ["target.type: User", "target.id|contains: '1'",
                                  "target.id|re: '1'", "target.id: '1*2'"])  # fmt: skip
def test_flattened_targets_are_not_asked_for_patterns(item: str) -> None:
    query_string(expression(item), FIELDS)
    with pytest.raises(Refused, match="flattened"):
        query_string(expression(item), FLATTENED)


def test_half_characters_cannot_be_asked_for() -> None:
    with pytest.raises(Refused, match="surrogates"):
        query_string(expression(r"actor.id|re: '\ud800'"), FIELDS)
    assert query_string(expression(r"actor.id|re: '^[a\ud800]$'"), FIELDS) == "okta.actor.id:/a/"
