"""Networks as an ip field of Elastic holds them: the IPv4 addresses lie among those of IPv6."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from okta_access.errors import Refused

MAPPED = IPv6Network("::ffff:0:0/96")
"""Where an ip field of Elastic keeps the IPv4 addresses."""


def without_mapped(network: IPv4Network | IPv6Network) -> list[IPv4Network | IPv6Network]:
    """The network; one of IPv6 in parts that leave out the IPv4 addresses.

    Raises :class:`Refused` where nothing is left.
    """
    if isinstance(network, IPv4Network) or not network.supernet_of(MAPPED):
        return [network]
    parts = sorted(network.address_exclude(MAPPED))
    if not parts:
        raise Refused(f"{network} holds no IPv6 address", hint="write it as an IPv4 network")
    return [*parts]
