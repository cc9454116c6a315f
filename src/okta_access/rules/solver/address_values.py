"""Values of ip fields: addresses by arithmetic, their texts and other texts by automata."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address

from okta_access.rules.addresses import parse_address
from okta_access.rules.model import Address, Cidr, Pattern, Regex, Test
from okta_access.rules.regex import RegexNode
from okta_access.rules.solver.automata import Product
from okta_access.rules.solver.languages import TextTest, dotted_node, node_of, product_of

_IPV4 = IPv4Network("0.0.0.0/0")
_MAPPED = 0xFFFF << 32  # ::ffff:0:0, whose addresses are IPv4 addresses
_PLAIN = tuple(int(IPv4Address(a)) for a in ("203.0.113.10", "198.51.100.7", "192.0.2.1"))


@dataclass(frozen=True, slots=True)
class Block:
    """The addresses of one IP version from ``low`` to ``high``, both included."""

    version: int
    low: int
    high: int

    def address(self, number: int) -> str:
        """An address of the block, as text."""
        made = IPv4Address(number) if self.version == 4 else IPv6Address(number)
        return str(made)

    def plainest(self) -> str:
        """An address of documentation where there is one, else the first that is no edge."""
        if self.version == 4:
            for number in _PLAIN:
                if self.low <= number <= self.high:
                    return self.address(number)
        return self.address(min(self.low + 1, self.high))


_EVERYTHING = (
    Block(4, 0, 2**32 - 1),
    Block(6, _MAPPED + 2**32, 2**128 - 1),
    Block(6, 0, _MAPPED - 1),
)


class AddressValues:
    """What passes the tests of an ip field.

    Addresses are told exactly where all tests are of addresses. Tests of texts (a wildcard, a
    regular expression) see an address as its usual text.
    """

    def __init__(self, required: tuple[Test, ...], forbidden: tuple[Test, ...]) -> None:
        self._required = required
        self._forbidden = forbidden
        self.blocks = _blocks(required, forbidden)
        self._by_text = any(isinstance(test, Pattern | Regex) for test in (*required, *forbidden))
        self._numeric = any(isinstance(test, Address | Cidr) for test in required)
        self._products: list[Product] | None = None

    def takes(self, text: str) -> bool:
        """Whether all tests say so of this text, read as an address where it is one."""
        return (
            text != ""
            and all(_holds(test, text) for test in self._required)
            and not any(_holds(test, text) for test in self._forbidden)
        )

    def plainest(self) -> str | None:
        """The plainest address, or text where no address will do."""
        return next(self._found(lambda product: product.shortest()), None)

    def walk(self, index: Callable[[int], int], detour: int) -> str | None:
        """Some address or text, at the edges of the blocks and between them."""
        if self._by_text:
            made = [*self._found(lambda product: product.walk(index, detour))]
            return made[index(len(made))] if made else None
        if not self.blocks:
            return None
        block = self.blocks[index(len(self.blocks))]
        size = block.high - block.low
        steps = (0, size, min(1, size), max(0, size - 1), size // 2, size // 3, index(size + 1))
        return block.address(block.low + steps[index(len(steps))])

    def _found(self, make: Callable[[Product], str | None]) -> Iterator[str]:
        candidates = [block.plainest() for block in self.blocks]
        if not self._by_text:
            yield from candidates
            return
        edges = (block.address(n) for block in self.blocks for n in (block.low, block.high))
        yield from (text for text in (*candidates, *edges) if self.takes(text))
        for product in self._texts():
            text = make(product)
            if text is not None and self.takes(text):
                yield text

    def _texts(self) -> list[Product]:
        """The dotted addresses that pass, and the texts that are none."""
        if self._products is None:
            self._products = []
            wanted, unwanted = _text_nodes(self._required), _text_nodes(self._forbidden)
            networks = [
                _networks(test) for test in self._required if isinstance(test, Address | Cidr)
            ]
            if all(networks):
                inside = [dotted_node(n) for ns in networks for n in ns] or [dotted_node(_IPV4)]
                outside = [dotted_node(n) for test in self._forbidden for n in _networks(test)]
                self._products.append(product_of((*wanted, *inside), (*unwanted, *outside)))
            if not self._numeric:
                self._products.append(product_of(wanted, (*unwanted, dotted_node(_IPV4))))
        return self._products


def _text_nodes(tests: tuple[Test, ...]) -> tuple[RegexNode, ...]:
    return tuple(node_of(test) for test in tests if isinstance(test, Pattern | Regex))


def _networks(test: Test) -> list[IPv4Network]:
    match test:
        case Address(IPv4Address() as address):
            return [IPv4Network(address)]
        case Cidr(IPv4Network() as network):
            return [network]
        case _:
            return []


def _holds(test: Test, text: str) -> bool:
    address = parse_address(text)
    match test:
        case Address(wanted):
            return address == wanted
        case Cidr(network):
            return address is not None and address in network
        case Pattern() | Regex():
            return _takes(test, text)
        case _:
            raise TypeError(f"no test of a value: {test}")


def _takes(test: TextTest, text: str) -> bool:
    return product_of((node_of(test),), ()).takes(text)


def _blocks(required: tuple[Test, ...], forbidden: tuple[Test, ...]) -> tuple[Block, ...]:
    """The addresses that pass the tests of addresses."""
    blocks: tuple[Block, ...] = _EVERYTHING
    for test in required:
        if isinstance(test, Address | Cidr):
            bound = _block_of(test)
            blocks = tuple(piece for block in blocks for piece in _common(block, bound))
    for test in forbidden:
        if isinstance(test, Address | Cidr):
            hole = _block_of(test)
            blocks = tuple(piece for block in blocks for piece in _without(block, hole))
    return blocks


def _block_of(test: Address | Cidr) -> Block:
    if isinstance(test, Address):
        number = int(test.address)
        return Block(test.address.version, number, number)
    network = test.network
    return Block(network.version, int(network.network_address), int(network.broadcast_address))


def _common(block: Block, other: Block) -> Iterator[Block]:
    low, high = max(block.low, other.low), min(block.high, other.high)
    if block.version == other.version and low <= high:
        yield Block(block.version, low, high)


def _without(block: Block, hole: Block) -> Iterator[Block]:
    if block.version != hole.version or hole.high < block.low or hole.low > block.high:
        yield block
        return
    if block.low < hole.low:
        yield Block(block.version, block.low, hole.low - 1)
    if hole.high < block.high:
        yield Block(block.version, hole.high + 1, block.high)
