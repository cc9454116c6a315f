"""Hostile events and arbitrary expressions, small enough in their words to meet each other."""

from __future__ import annotations

import copy
from ipaddress import ip_address, ip_network
from typing import Any

from hypothesis import strategies as st

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import FieldType
from okta_access.catalog.template import template_event
from okta_access.errors import Span
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
    RefMode,
    Regex,
    SameAs,
    Test,
    Wildcard,
)

CATALOG = load_catalog()
HERE = Span("rule.yml")
TYPES = ("access.request.create", "access.review.close", "user.session.start")
FIELDS = tuple(CATALOG.fields)
# Paths outside the catalogue: one beside an array's members, one above others, odd keys.
STRANGE = ("target.displayName", "actor", 'a"b.c\\d', "client.userAgent", "x", "version")

WORDS = (
    "User", "USER", "user", "us", "er", "kelvin", "\u212aelvin", "İx", "i\u0307x", "ΑΣ", "ας",
    "ασ", "null", "true", "false", "True", "a*b", "a?b", "a\\b", "a\nb", "\ud800", "😀", "7",
    "9007199254740993", '{"id":"user"}', "10.1.2.3", "::ffff:10.1.2.3", "10.1.2.300", "2001:db8::1",
    "2001:DB8:0::1", "fe80::1%eth0", "'); raise SystemExit #", '"""', "{0}", "%s",
)  # fmt: skip

scalars = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([None, "", True, False, 0, 1, 7, 2**53 + 1, 10**40, -0.0, 1.5, 1e300]),
    st.text(max_size=3),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "type", "alternateId", "b"]), inner, max_size=2),
    ),
    max_leaves=6,
)


def _prefixes(path: str) -> list[str]:
    steps = path.split(".")
    return [".".join(steps[: n + 1]) for n in range(len(steps))]


PLACES = sorted({prefix for path in (*FIELDS, *STRANGE) for prefix in _prefixes(path)})
_TARGETS = st.lists(st.dictionaries(st.sampled_from(["id", "type"]), st.sampled_from(WORDS)))


@st.composite
def events(draw: st.DrawFn, *, textual_type: bool = False) -> dict[str, Any]:
    """A template event with anything at all in some of its places."""
    event = copy.deepcopy(template_event(CATALOG, draw(st.sampled_from(TYPES))))
    for path in draw(st.lists(st.sampled_from(FIELDS), max_size=4)):
        if path != "eventType" and not path.startswith("target"):
            _put(event, path, draw(st.sampled_from(WORDS)))
    if draw(st.booleans()):
        event["target"] = draw(_TARGETS)
    for path in draw(st.lists(st.sampled_from(PLACES), max_size=3)):
        if path != "eventType" or not textual_type:
            _put(event, path, draw(values))
    for path in draw(st.lists(st.sampled_from(sorted(event)), max_size=2)):
        if path != "eventType" or not textual_type:
            event.pop(path, None)
    return event


def _put(event: dict[str, Any], path: str, value: Any) -> None:
    node: Any = event
    *above, last = path.split(".")
    for step in above:
        if not isinstance(node.get(step), dict):
            node[step] = [{}] if step == "target" else {}
        node = node[step][0] if isinstance(node[step], list) else node[step]
    node[last] = value


_PARTS = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(Wildcard)), min_size=1, max_size=4
)


def pattern(parts: list[str | Wildcard], *, cased: bool) -> Pattern:
    """The parts as a pattern: adjacent texts joined, repeated stars made one."""
    joined: list[str | Wildcard] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        elif not (part is Wildcard.MANY and joined and joined[-1] is Wildcard.MANY):
            joined.append(part)
    return Pattern(tuple(joined), cased)


patterns = st.builds(
    lambda parts, cased: pattern(parts, cased=cased),
    st.one_of(st.lists(st.sampled_from(WORDS), min_size=1, max_size=1), _PARTS),
    st.booleans(),
)
_REGEXES = ("user", "^us", "er$", "[0-9]+", "^$|x", ".", "k", "^true$", "(a|b)")
_TESTS: st.SearchStrategy[Test] = st.one_of(
    patterns,
    st.builds(Regex, st.sampled_from(_REGEXES), ignore_case=st.booleans()),
    st.just(Absent()),
    st.just(Present()),
    st.builds(SameAs, st.sampled_from((*FIELDS, *STRANGE)), st.sampled_from(RefMode)),
)
_IP_TESTS: st.SearchStrategy[Test] = st.one_of(
    st.builds(Address, st.sampled_from(["10.1.2.3", "2001:db8::1"]).map(ip_address)),
    st.builds(Cidr, st.sampled_from(["10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"]).map(ip_network)),
)


@st.composite
def atoms(draw: st.DrawFn) -> Atom:
    """A question of the kind that its field's type allows, and often about the event type."""
    if draw(st.integers(0, 3)) == 0:
        type_ = draw(st.sampled_from(TYPES))
        parts = draw(st.sampled_from([(type_,), (type_[:8], Wildcard.MANY)]))
        return Atom("eventType", Pattern(parts, cased=True), HERE, HERE)
    path = draw(st.sampled_from((*FIELDS, *STRANGE)))
    known = CATALOG.field(path)
    tests = _TESTS
    if known is not None and known.type is FieldType.BOOLEAN:
        tests = st.one_of(tests, st.builds(IsTrue, st.booleans()))
    if known is not None and known.type is FieldType.IP:
        tests = st.one_of(tests, _IP_TESTS)
    return Atom(path, draw(tests), HERE, HERE)


def _joined(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several, st.just(HERE)),
        st.builds(Or, several, st.just(HERE)),
        st.builds(Not, inner, st.just(HERE)),
    )


expressions: st.SearchStrategy[Expr] = st.recursive(atoms(), _joined, max_leaves=8)
