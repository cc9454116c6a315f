"""IP addresses and networks as regular expressions over every way to write an address.

Splunk's ``cidrmatch`` says nothing about texts that are no address, about IPv4-mapped IPv6
addresses or about fields of several values, and a rule's meaning is settled for all three. Read
are the forms that Python's :mod:`ipaddress` reads: IPv6 in any case, with leading zeros, with
``::`` for one zero group or more, and with the last 32 bits in dotted form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from okta_access.compile.splunk.query.pcre import Piece

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_GROUP = "[0-9a-f]{1,4}"
_ZERO = "0{1,4}"
_GROUPS = 8
_ZEROS = f"(?:{_ZERO}:)"
# ::ffff: before a dotted or hexadecimal tail: five zero groups, or fewer around one `::`.
_MAPPED = f"(?:{_ZEROS}{{5}}|(?!:*(?:0+:+){{5}})(?::|{_ZEROS}+):{_ZEROS}*)ffff:"
_MAPPED_NETWORK = IPv6Network("::ffff:0:0/96")
_DECIMAL = "0123456789"
_HEXADECIMAL = "0123456789abcdef"


def network_pieces(networks: Iterable[IPv4Network | IPv6Network]) -> tuple[Piece, ...]:
    r"""Pieces that find exactly the texts of these networks' addresses.

    An IPv4 address is also found in the form of an IPv4-mapped IPv6 address, and such an address
    is in no IPv6 network.

    >>> for piece in network_pieces([IPv4Network("10.9.0.0/16")]):
    ...     print(piece.body.replace(_MAPPED, "MAPPED").replace(_OCTET, "OCTET"))
    (?:MAPPED)?10\.9\.OCTET\.OCTET
    MAPPED0?a09:[0-9a-f]{1,4}
    (?:0{1,4}:){5}ffff:0?a09::
    """
    known = list(dict.fromkeys(networks))
    bodies = _fours([network for network in known if isinstance(network, IPv4Network)])
    sixes = [_six(network) for network in known if isinstance(network, IPv6Network)]
    if sixes:
        bodies.append(_any_of(sixes))
    return tuple(Piece(body, start=True, end=True, caseless=True) for body in bodies)


# --- IPv4 -----------------------------------------------------------------------------------


def _fours(networks: list[IPv4Network]) -> list[str]:
    if not networks:
        return []
    halves = [_halves(network) for network in networks]
    # Where a half may be zero, the one `::` may also stand behind ::ffff.
    short = [f":{low.text()}" for high, low in halves if high.zero]
    short += [f"{high.text()}::" for high, low in halves if low.zero]
    short += [":" for high, low in halves if high.zero and low.zero]
    found = [
        f"(?:{_MAPPED})?{_any_of(map(_dotted, networks))}",
        _MAPPED + _any_of(f"{high.text()}:{low.text()}" for high, low in halves),
    ]
    return [*found, f"{_ZEROS}{{5}}ffff:{_any_of(short)}"] if short else found


def _dotted(network: IPv4Network) -> str:
    whole, bits = divmod(network.prefixlen, 8)
    low = network.network_address.packed
    octets = [str(octet) for octet in low[:whole]]
    if bits:
        octets.append(_decimal(range(low[whole], low[whole] + (1 << (8 - bits)))))
    return "\\.".join([*octets, *[_OCTET] * (4 - len(octets))])


def _decimal(numbers: range) -> str:
    """These numbers in decimal, without leading zeros."""
    tens: dict[str, list[int]] = {}
    for number in numbers:
        tens.setdefault(str(number)[:-1], []).append(number % 10)
    whole = [int(start) for start, last in tens.items() if start and len(last) == 10]
    parts = [f"{start}{_digit(last, _DECIMAL)}" for start, last in tens.items()
             if not start or len(last) < 10]  # fmt: skip
    if whole:
        starts = _decimal(range(whole[0], whole[-1] + 1)) if len(whole) > 1 else str(whole[0])
        parts.append(f"{starts}[0-9]")
    return _any_of(parts)


def _halves(network: IPv4Network) -> tuple[_Group, _Group]:
    """The network as the last two groups of an IPv6 address."""
    low, high = int(network.network_address), int(network.broadcast_address)
    return _Group(low >> 16, high >> 16), _Group(low & 0xFFFF, high & 0xFFFF)


# --- IPv6 -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """What one of the eight groups may be: values from low to high."""

    low: int
    high: int

    @property
    def zero(self) -> bool:
        """Whether it may be zero, and so stand inside ``::``."""
        return self.low == 0

    def text(self) -> str:
        """Its hexadecimal digits, with up to four of them."""
        if (self.low, self.high) == (0, 0xFFFF):
            return _GROUP
        return _ZERO if self.high == 0 else _hexadecimal(self.low, self.high)


def _six(network: IPv6Network) -> str:
    """Every IPv6 text of a network's addresses but the IPv4-mapped ones."""
    low, high = int(network.network_address), int(network.broadcast_address)
    shifts = range(16 * (_GROUPS - 1), -1, -16)
    groups = [_Group(low >> shift & 0xFFFF, high >> shift & 0xFFFF) for shift in shifts]
    texts = [group.text() for group in groups]
    tail = IPv4Network((low & 0xFFFFFFFF, max(0, network.prefixlen - 96)))
    dotted = [*texts[:6], _dotted(tail)]
    forms = [_joined(texts), _joined(dotted)]
    for start in range(_GROUPS):
        end = start
        while end < _GROUPS and groups[end].zero:
            end += 1
        if end > start:
            after = _after(texts, start + 1, end)
            if start < 6:
                after += _after(dotted, start + 1, min(end, 6))
            forms.append(f"{_joined(texts[:start])}::{_any_of(after)}")
    found = _any_of(forms)
    if _MAPPED_NETWORK.subnet_of(network):
        return f"(?!{_any_of(_fours([IPv4Network('0.0.0.0/0')]))}\\z){found}"
    return found


def _after(texts: list[str], first: int, last: int) -> list[str]:
    """What may follow a ``::``: the groups from one of these on, to the end."""
    run, rest = texts[first:last], texts[last:]
    if len({*run}) > 1:
        return [_joined(texts[at:]) for at in range(first, last + 1)]
    if rest:
        return [(f"(?:{run[0]}:){{0,{len(run)}}}" if run else "") + _joined(rest)]
    if not run:
        return [""]
    more = f"(?::{run[0]}){{0,{len(run) - 1}}}" if len(run) > 1 else ""
    return [f"(?:{run[0]}{more})?"]


def _joined(texts: list[str]) -> str:
    """Groups with colons between them, runs of one form said once."""
    found = ""
    at = 0
    while at < len(texts):
        times = 1
        while at + times < len(texts) - 1 and texts[at + times] == texts[at]:
            times += 1
        last = at + times == len(texts)
        if times > 2:
            found += f"(?:{texts[at]}:){{{times}}}"
        else:
            found += ":".join([texts[at]] * times) + ("" if last else ":")
        at += times
    return found


def _hexadecimal(low: int, high: int) -> str:
    """A run that starts at a multiple of its size, with leading zeros or without."""
    free = ((high - low + 1).bit_length() - 1) // 4
    starts: dict[int, list[int]] = {}
    for value in range(low >> 4 * free, (high >> 4 * free) + 1):
        starts.setdefault(value >> 4, []).append(value & 15)
    return _any_of(_hex_digits(start, last, free) for start, last in starts.items())


def _hex_digits(start: int, last: list[int], free: int) -> str:
    """Digits ``start``, then one of ``last``, then so many free ones; four at most."""
    head = f"{start:x}" if start else ""
    zeros = 3 - free - len(head)
    tail = f"[0-9a-f]{{{free}}}" if free > 1 else "[0-9a-f]" * free
    if head or last[0] or not free:
        return _zeros(zeros) + head + _digit(last, _HEXADECIMAL) + tail
    # A zero before free digits may be left out with all before it: 0012 is 12.
    short = f"{_zeros(zeros + 1)}[0-9a-f]{{1,{free}}}"
    if last == [0]:
        return short
    return _any_of([short, _zeros(zeros) + _digit(last[1:], _HEXADECIMAL) + tail])


def _zeros(most: int) -> str:
    return f"0{{0,{most}}}" if most > 1 else "0?" * most


def _digit(values: list[int], letters: str) -> str:
    """One digit of a run of values."""
    low, high = letters[values[0]], letters[values[-1]]
    if low == high:
        return low
    return f"[{low}-{high}]" if low.isdigit() == high.isdigit() else f"[{low}-9a-{high}]"


def _any_of(texts: Iterable[str]) -> str:
    known = list(dict.fromkeys(texts))
    return known[0] if len(known) == 1 else f"(?:{'|'.join(known)})"
