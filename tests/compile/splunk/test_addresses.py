"""Networks as regular expressions: found is every way to write their addresses, and no more."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_access.compile.splunk.query.addresses import network_pieces
from okta_access.compile.splunk.query.pcre import join
from okta_access.rules.addresses import parse_address, unmapped_network

Network = IPv4Network | IPv6Network
fewer = settings(max_examples=settings().max_examples // 3)  # each is a dozen texts
MAPPED = int(IPv6Address("::ffff:0:0"))
numbers: st.SearchStrategy[int] = st.one_of(
    st.integers(0, 2**32 - 1),
    st.integers(0, 255),
    st.integers(0, 2**16 - 1).map(lambda n: n << 16),
    st.lists(st.sampled_from([0, 0, 1, 0x10, 0xFF, 0xFFFF]), min_size=8, max_size=8).map(
        lambda groups: sum(group << 16 * n for n, group in enumerate(groups))
    ),
    st.integers(0, 2**128 - 1),
)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    number = draw(numbers)
    if number < 2**32 and draw(st.booleans()):
        return IPv4Network((number, draw(st.integers(0, 32))), strict=False)
    return unmapped_network(IPv6Network((number, draw(st.integers(0, 128))), strict=False))


@st.composite
def near(draw: st.DrawFn, network: Network) -> int:
    """A number in the network, at its edges, or anywhere."""
    low, high = int(network.network_address), int(network.broadcast_address)
    return draw(
        st.one_of(
            st.integers(low, high), st.sampled_from([low, high, max(low - 1, 0), high + 1]), numbers
        )
    )


@st.composite
def spelled(draw: st.DrawFn, number: int) -> str:
    """One of the ways to write an address, or a text that is nearly one."""
    if number < 2**32 and draw(st.booleans()):
        text = str(IPv4Address(number))
    else:
        text = draw(spelled_six(number + MAPPED if number < 2**32 else number % 2**128))
    if draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(0, len(text)))
        odd = draw(st.sampled_from(["0", ":", "1", ".", "g", " ", "\n", "%a", "::", "f"]))
        text = text[:at] + odd + text[at + draw(st.integers(0, 1)) :]
    return text


@st.composite
def spelled_six(draw: st.DrawFn, number: int) -> str:
    groups = [number >> shift & 0xFFFF for shift in range(112, -1, -16)]
    dotted = [str(IPv4Address(number & 0xFFFFFFFF))] if draw(st.booleans()) else []
    groups = groups[: 8 - 2 * len(dotted)]
    texts = [f"{group:x}".zfill(draw(st.integers(1, 4))) for group in groups]
    if draw(st.booleans()):
        texts = [text.upper() for text in texts]
    zeros = [
        (start, end)
        for start in range(len(groups))
        for end in range(start + 1, len(groups) + 1)
        if not any(groups[start:end])
    ]
    squeezed = draw(st.booleans())
    if zeros and squeezed:
        start, end = zeros[draw(st.integers(0, len(zeros) - 1))]
        return ":".join(texts[:start]) + "::" + ":".join([*texts[end:], *dotted])
    return ":".join([*texts, *dotted])


@fewer
@given(st.lists(networks(), min_size=1, max_size=3), st.data())
def test_finds_the_addresses_of_the_networks(some: list[Network], data: st.DataObject) -> None:
    texts = [data.draw(spelled(data.draw(near(network)))) for network in some for _ in range(9)]
    regex = re.compile(join(network_pieces(some)).replace("\\z", "\\Z"))
    for text in texts:
        address = parse_address(text)
        expected = address is not None and any(address in network for network in some)
        assert (regex.search(text) is not None) == expected, text


@pytest.mark.parametrize("text", ["::ffff:1.2.3.4", "0:0:0:0:0:ffff::", "0::ffff:1:2", "1.2.3.4"])
def test_a_mapped_address_is_in_no_ipv6_network(text: str) -> None:
    regex = re.compile(join(network_pieces([IPv6Network("::/0")])).replace("\\z", "\\Z"))
    assert regex.search(text) is None
