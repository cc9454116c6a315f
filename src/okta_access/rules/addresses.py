"""IP addresses as rules and events write them; an IPv4-mapped IPv6 address is its IPv4 address."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_MAPPED = IPv6Network("::ffff:0:0/96")


@lru_cache(maxsize=4096)
def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address a text writes, or nothing; a zone (``fe80::1%eth0``) makes it no address.

    >>> parse_address("::ffff:203.0.113.9")
    IPv4Address('203.0.113.9')
    >>> parse_address("10.0.0.300") is None
    True
    """
    if "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def unmapped_network(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """A network inside ``::ffff:0:0/96`` as the IPv4 network it is.

    >>> from ipaddress import ip_network
    >>> unmapped_network(ip_network("::ffff:10.0.0.0/104"))
    IPv4Network('10.0.0.0/8')
    """
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        return IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def parse_network(text: str) -> IPv4Network | IPv6Network | None:
    """The network that a text with a ``/`` writes, or nothing.

    >>> parse_network("10.0.0.0/8")
    IPv4Network('10.0.0.0/8')
    """
    if "/" not in text:
        return None
    try:
        return unmapped_network(ip_network(text))
    except ValueError:
        return None
