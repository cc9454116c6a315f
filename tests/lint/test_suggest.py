"""Guesses at misspelt words."""

from __future__ import annotations

from okta_access.lint.suggest import Guesses


def test_a_file_has_fifty_guesses_and_the_next_file_as_many() -> None:
    guesses = Guesses()
    hints = [
        guesses.did_you_mean(file, "actor.typ", ["actor.type"])
        for file in ("a.yml", "b.yml")
        for _ in range(51)
    ]
    assert hints == [*["did you mean `actor.type`?"] * 50, None] * 2
