"""Choices and samples: zero is plainest, a seed is a seed, shrinking ends at the least."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from okta_access.generate.choices import Choices
from okta_access.generate.sample import draws, plainest, sample


@given(st.binary(max_size=40), st.lists(st.integers(1, 2**70), max_size=12))
def test_a_choice_is_one_of_so_many(data: bytes, sizes: list[int]) -> None:
    choices = Choices(data)
    assert all(0 <= choices.index(size) < size for size in sizes)


@given(st.integers(1, 256), st.integers(0, 255), st.integers(0, 255))
def test_a_smaller_byte_never_chooses_a_later_option(size: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert Choices(bytes([low])).index(size) <= Choices(bytes([high])).index(size)


@given(st.integers(1, 256))
def test_every_option_can_be_chosen(size: int) -> None:
    assert {Choices(bytes([byte])).index(size) for byte in range(256)} == {*range(size)}


@given(st.integers(0, 100))
def test_a_chance_is_as_large_as_it_says(percent: int) -> None:
    taken = sum(Choices(bytes([byte])).chance(percent) for byte in range(256))
    assert abs(taken - percent * 2.56) <= 1
    assert percent == 100 or not Choices(b"\x00").chance(percent)


def test_parts_read_bytes_of_their_own() -> None:
    choices = Choices(bytes([10, 20, 30]))
    first = choices.part(2)
    assert (first.number(3), choices.number(1)) == (10 << 16 | 20 << 8, 30)


class _Bytes:
    def make(self, choices: Choices) -> int:
        return choices.number(4)


def test_the_same_seed_makes_the_same_things_on_every_machine() -> None:
    assert sample(_Bytes(), 3, 7, 4) == [0, 862956474, 1098256159]
    assert sample(_Bytes(), 9, "7", 4) == sample(_Bytes(), 9, 7, 4)
    assert sample(_Bytes(), 9, 8, 4) != sample(_Bytes(), 9, 7, 4)


@given(st.binary(min_size=1, max_size=12), st.data())
def test_the_plainest_bytes_cannot_be_made_plainer_one_by_one(
    data: bytes, draw: st.DataObject
) -> None:
    least = draw.draw(st.tuples(*[st.integers(0, byte) for byte in data]))

    def holds(tried: bytes) -> bool:
        return all(one >= bound for one, bound in zip(tried, least, strict=True))

    assert plainest(data, holds) == bytes(least)


def test_draws_begin_with_the_plainest() -> None:
    source = draws(3, 5)
    assert next(source) == bytes(5)
    assert next(source) != next(source)
