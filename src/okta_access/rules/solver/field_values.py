"""Which single values of a field pass tests: whether there is one, the plainest, and others.

Values are judged and given as texts; a boolean's are ``true`` and ``false``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from okta_access.catalog.model import Field, FieldType
from okta_access.rules.model import IsTrue, Pattern, Regex, Test
from okta_access.rules.solver.address_values import AddressValues
from okta_access.rules.solver.automata import Product
from okta_access.rules.solver.languages import TextTest, node_of, product_of

Index = Callable[[int], int]
"""Chooses one of ``n``: any number from 0 to ``n - 1``."""


class Values(Protocol):
    """The values of one field for which some tests hold and others do not."""

    def takes(self, text: str) -> bool:
        """Whether this value is among them."""

    def plainest(self) -> str | None:
        """One of them, or nothing where there is none. Raises ``TooLarge`` where that is open."""

    def walk(self, index: Index, detour: int) -> str | None:
        """Any of them, further from the plainest with a longer detour."""


class TextValues:
    """Texts, at least one character long."""

    def __init__(self, required: tuple[TextTest, ...], forbidden: tuple[TextTest, ...]) -> None:
        self._product: Product = product_of(
            tuple(node_of(test) for test in required), tuple(node_of(test) for test in forbidden)
        )

    def takes(self, text: str) -> bool:
        """Whether all tests say so of this text."""
        return self._product.takes(text)

    def plainest(self) -> str | None:
        """A shortest such text."""
        return self._product.shortest()

    def walk(self, index: Index, detour: int) -> str | None:
        """Such a text after ``detour`` characters chosen freely."""
        return self._product.walk(index, detour)


class BooleanValues:
    """``false`` and ``true``; tests of texts read them as JSON writes them."""

    def __init__(self, required: tuple[Test, ...], forbidden: tuple[Test, ...]) -> None:
        self._values = [
            text
            for text in ("false", "true")
            if all(_holds(test, text) for test in required)
            and not any(_holds(test, text) for test in forbidden)
        ]

    def takes(self, text: str) -> bool:
        """Whether this value is left."""
        return text in self._values

    def plainest(self) -> str | None:
        """``false`` before ``true``."""
        return self._values[0] if self._values else None

    def walk(self, index: Index, detour: int) -> str | None:  # noqa: ARG002 - two values at most
        """Any of them."""
        return self._values[index(len(self._values))] if self._values else None


def _holds(test: Test, text: str) -> bool:
    if isinstance(test, IsTrue):
        return text == ("true" if test.value else "false")
    return isinstance(test, Pattern | Regex) and _alone(test).takes(text)


@lru_cache(maxsize=1024)
def _alone(test: TextTest) -> TextValues:
    return TextValues((test,), ())


@lru_cache(maxsize=4096)
def values_of(field: Field, required: tuple[Test, ...], forbidden: tuple[Test, ...]) -> Values:
    """The values of a field for which every ``required`` test holds and no ``forbidden`` one.

    Takes the tests of single values; presence and relations to other fields are judged elsewhere.
    Raises :class:`~okta_access.rules.solver.automata.TooLarge`.
    """
    if field.type is FieldType.BOOLEAN:
        return BooleanValues(required, forbidden)
    if field.type is FieldType.IP:
        return AddressValues(required, forbidden)
    texts = tuple(test for test in required if isinstance(test, Pattern | Regex))
    assert len(texts) == len(required), "the loader gives text fields tests of texts alone"
    return TextValues(texts, tuple(t for t in forbidden if isinstance(t, Pattern | Regex)))
