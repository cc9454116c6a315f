"""Events and expressions that are meant to break compiled queries; seeded, so always the same."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from random import Random
from typing import Any

from hypothesis import strategies as st

from okta_access.errors import Span
from okta_access.rules.addresses import parse_address
from okta_access.rules.model import (
    Absent,
    Address,
    And,
    Atom,
    Cidr,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Present,
    Regex,
    SameAs,
    Test,
    Wildcard,
)

HERE = Span("rule.yml")
TYPES = (
    "access.request.create",
    "access.request.resolve",
    "access.review.close",
    "user.session.start",
)
TEXTS = (
    "User", "user", "USER", "SystemPrincipal", "System", "unknown", "UN\u212aNOWN", "\u212aelvin",
    "stra\u00dfe", "STRASSE", "\u0130stanbul", "istanbul", "\u03a3\u03c3\u03c2", "null", "true",
    "0", "10.5", "AND", "or", "NOT", "a b", " lead", "trail ", "*", "?", "a*b", "a?b", "aXb",
    "a\\b", "a/b", "\\", "/", "\\\\", "\\/", "a\\", '"', 'say "hi"', '"""', "'", "`", "~", "~1",
    "a~b", "&&", "||", "a&b", "#", "@", "<1-5>", "<", ">", "{1}", "[a-z]", "(x)", "^a$", "$", "+",
    "-", "-a", "!", ":", "f:v", "a=b", "%", "_", "a.b", "a,b", ";", "; DROP", "// c", "/* c */",
    "| LIMIT 0", "\n", "a\nb", "a\r\nb", "\t", "\u3000", "a\u3000b", "\u2028", "\u00a0", "\x01",
    "\x7f", "\U0001f600", "\U0001f600x", "e\u0301", "\u00e9", "\ufffd", "\u01c5", "x" * 300,
    "k" * 200, "curl/8.5.0", "python-requests/2.31", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
    "system@okta.com", "Admin@OKTA.com", "\\u0041", "\\n",
)  # fmt: skip
ADDRESSES = (
    "10.0.0.1", "10.255.0.9", "11.0.0.1", "203.0.113.9", "::ffff:10.0.0.1", "::1", "::",
    "2001:db8::5", "2001:DB8::5", "fe80::1", "::fffe:ffff:ffff", "::1:0:0:0",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "0.0.0.0", "255.255.255.255", "::10.0.0.1",
)  # fmt: skip
NETWORKS = (
    "10.0.0.0/8", "0.0.0.0/0", "203.0.113.9/32", "2001:db8::/32", "::/0", "::/64", "::/95",
    "::/96", "fe80::/10", "::1/128", "10.0.0.0/31", "8000::/1", "::/80",
)  # fmt: skip
TEXT_FIELDS = ("actor.id", "actor.type", "actor.displayName", "target.id", "target.type",
               "target.alternateId", "outcome.result", "client.userAgent.rawUserAgent",
               "client.geographicalContext.country", "transaction.id")  # fmt: skip
REGEXES = (
    "^User$", "ser", "^a.b$", "a.b", "[a-z]+", "[^a-z]", "^(a|b)", "(x|y){2,3}", "\\d",
    "\\w+\\.\\w", "\\s", "^\\\\", "/", '"', "^.{1,2}$", "~|#|@|&|<|>", "[\\]\\[]", "[-a]",
    "[\\^x]", "\\$$", "^$|^a", "(?:)", "a{0}b", "\\x41", "\\u212a", "k{3,}", "[\\s\\d]",
    "x?y?z?a", "(|a)b", "[^\\n]",
)  # fmt: skip

_LITERALS = [*"ab K1", "\u00e9", *(f"\\{char}" for char in '.*+?()[]{}|^$\\/"~#@&<>-'), '"', "/"]
_SINGLE = st.sampled_from(
    [*_LITERALS, ".", "[ab]", "[^a]", "[a-c1]", "\\d", "\\D", "\\w", "\\s", "[\\]\\\\^-]"]
)
_REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}"])
_ENDED = st.sampled_from(["", "", "?", "{2}", "{0,2}"])


def _grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=3).map("|".join)
    joined = st.lists(inner, min_size=1, max_size=3).map("".join)
    return st.one_of(joined, st.builds("({}){}".format, several, _ENDED))


patterns = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "^", "b|^"]),
    st.recursive(st.builds("{}{}".format, _SINGLE, _REPEATS), _grouped, max_leaves=6),
    st.sampled_from(["", "", "$", "$|a"]),
)


def events(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Events in which every field may be absent, null, empty or hostile, and targets are lists."""
    random = Random(seed)
    return [_event(random, number) for number in range(count)]


def _event(random: Random, number: int) -> dict[str, Any]:
    def text() -> Any:
        return _any_of(random, TEXTS)

    def address() -> Any:
        return _any_of(random, ADDRESSES)

    return {
        "uuid": f"u{number}",
        "eventType": random.choice(TYPES),
        "published": "2026-01-01T00:00:00.000Z",
        "actor": {"id": text(), "type": text(), "displayName": text()},
        "target": random.choice(
            (None, [], [{"id": text(), "type": text()}],
             [{"id": text(), "alternateId": text()}, {"id": text(), "type": text()}])
        ),
        "outcome": {"result": text()},
        "client": {
            "ipAddress": address(),
            "userAgent": {"rawUserAgent": text()},
            "geographicalContext": {"country": text()},
        },
        "securityContext": {
            "isProxy": random.choice((True, False, "true", "false", None))
        },
        "transaction": random.choice((None, {"id": text()})),
    }  # fmt: skip


def _any_of(random: Random, values: tuple[str, ...]) -> Any:
    one = random.choice(values)
    return random.choice([one, one, one, one, None, "", []])


def pattern_of(text: str, random_bits: int) -> Pattern:
    """A pattern that a text may match: the text, a part of it, or it with wildcards."""
    cased = bool(random_bits & 1)
    match random_bits >> 1 & 3:
        case 0:
            return Pattern((text,), cased)
        case 1:
            return Pattern((Wildcard.MANY, text[: 1 + len(text) // 2], Wildcard.MANY), cased)
        case 2:
            return Pattern((text[: 1 + len(text) // 2], Wildcard.MANY), cased)
        case _ if len(text) > 1:
            return Pattern((text[0], Wildcard.ONE, *((text[2:],) if text[2:] else ())), cased)
        case _:
            return Pattern((Wildcard.ONE,), cased)


_texts = st.sampled_from(TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6
)
_swapped = _texts.map(str.swapcase)
_text_tests: st.SearchStrategy[Test] = st.one_of(
    st.builds(pattern_of, _texts | _swapped, st.integers(0, 7)),
    st.builds(Regex, st.sampled_from(REGEXES), st.booleans()),
    st.just(Absent()),
    st.just(Present()),
    st.just(Pattern((Wildcard.MANY,))),
)


def networks() -> list[IPv4Network | IPv6Network]:
    """Networks of both versions, also around the place where Elastic keeps IPv4 addresses."""
    return [ip_network(text) for text in NETWORKS]


def addresses() -> list[Address]:
    """The addresses that events have, as rules read them."""
    parsed = [parse_address(text) for text in ADDRESSES]
    return [Address(address) for address in parsed if address is not None]


_address_tests: st.SearchStrategy[Test] = st.one_of(
    st.sampled_from(addresses()),
    st.sampled_from(networks()).map(Cidr),
    st.just(Absent()),
    st.just(Present()),
)
_boolean_tests: st.SearchStrategy[Test] = st.one_of(
    st.booleans().map(IsTrue), st.just(Absent()), st.just(Present())
)
_type_tests: st.SearchStrategy[Test] = st.sampled_from(TYPES).map(
    lambda name: Pattern((name,), cased=True)
)
_BY_FIELD: Mapping[str, st.SearchStrategy[Test]] = {
    "eventType": _type_tests,
    "client.ipAddress": _address_tests,
    "securityContext.isProxy": _boolean_tests,
    **dict.fromkeys(TEXT_FIELDS, _text_tests),
}


@st.composite
def atom(draw: st.DrawFn) -> Expr:
    """A question to any field."""
    field = draw(st.sampled_from(sorted(_BY_FIELD)))
    return Atom(field, draw(_BY_FIELD[field]), HERE, HERE)


@st.composite
def same(draw: st.DrawFn) -> Expr:
    """Two text fields that are compared."""
    field, other = draw(st.permutations(TEXT_FIELDS))[:2]
    return Atom(field, SameAs(other), HERE, HERE)


def tree(leaf: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """Leaves under and, or and not."""

    def grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        some = st.lists(inner, min_size=1, max_size=4).map(tuple)
        return st.one_of(
            some.map(lambda operands: And(operands, HERE)),
            some.map(lambda operands: Or(operands, HERE)),
            inner.map(lambda operand: Not(operand, HERE)),
        )

    return st.recursive(leaf, grow, max_leaves=12)
