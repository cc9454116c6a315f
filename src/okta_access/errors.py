"""What can go wrong, as a small tree of types that know their place.

Two kinds, kept apart:

* :class:`Problem` is a *value*: something wrong inside a file that was read (a misspelt key, a
  condition that names nothing). Loaders collect problems and go on, so that one run names all.
* :class:`OktaAccessError` and its children are *raised*: the thing asked for cannot be done.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of a text file: lines and columns from 1, columns in code points, end exclusive.

    >>> str(Span("rules/a.yml", 3, 5, 3, 9))
    'rules/a.yml:3:5'
    >>> str(Span.whole("missing.yml"))
    'missing.yml'
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @classmethod
    def whole(cls, file: str) -> Span:
        """A file as such, where no line is to blame (it is missing, say)."""
        return cls(file, 0, 0, 0, 0)


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a file, found while reading it.

    ``code`` is the lint code (``OA…``) under which it is reported; ``hint`` says what to do next.
    """

    span: Span
    code: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.span}: {self.code} {self.message}{hint}"


class OktaAccessError(Exception):
    """The root of all errors raised here; its text is fit to be shown to a user as it is."""

    def __init__(self, message: str, *, span: Span | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"


class InputError(OktaAccessError):
    """An input that was named is missing, or cannot be read as what it should be (exit code 2)."""


class NothingToRead(InputError):
    """Of the inputs not one is there (exit code 2); ``missing`` says it of each."""

    def __init__(self, missing: Iterable[str] = ()) -> None:
        super().__init__(
            "nothing to read: no rule file was found",
            hint="name a rule file, or a folder that holds some",
        )
        self.missing = tuple(missing)


class CatalogError(OktaAccessError):
    """A catalogue file that breaks the form of catalogue files (exit code 2)."""


class RuleError(OktaAccessError):
    """A rule cannot be used because its file holds problems (exit code 1)."""

    def __init__(self, message: str, problems: tuple[Problem, ...], *, span: Span | None = None):
        super().__init__(message, span=span)
        self.problems = problems


class SettingsError(OktaAccessError):
    """A mistake in a settings file: ``rules/defaults.toml`` or ``okta-access.toml``."""


class Refused(OktaAccessError):
    """A rule cannot be said truly in a target's language; the message is the reason."""


class EngineError(OktaAccessError):
    """A search engine could not be reached, or did not run what it was given."""
