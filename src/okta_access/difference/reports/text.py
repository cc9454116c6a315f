"""A difference for a terminal: a block a rule, then its texts."""

from __future__ import annotations

from collections.abc import Iterator

from okta_access.difference.model import Difference, RuleChange, TextChange, counts, sides
from okta_access.reporting.printable import printable


def render(found: Difference) -> str:
    """The blocks, by kind and name; a sentence where nothing differs."""
    if not found.rules:
        return f"nothing differs from {printable(found.base)}\n"
    lines = [line for one in found.rules for line in _block(one, found.days)]
    return "".join(f"{line}\n" for line in lines)


def _block(one: RuleChange, days: int) -> Iterator[str]:
    yield printable(f"{one.kind.value}: {one.name}")
    for said in sides(one):
        yield printable(f"  {said}")
    if one.alerts:
        yield f"  {one.alerts.word}: {counts(one.alerts)} in {days:,} days"
    for text in one.texts:
        yield printable(f"  {title(text)}")
        yield from (printable(f"    {line}") for line in text.lines)


def title(text: TextChange) -> str:
    """The target, and its verdicts where they differ.

    >>> title(TextChange("splunk", "exact", "refused", ()))
    'splunk (exact, now refused)'
    """
    if text.before and text.after and text.before != text.after:
        return f"{text.target} ({text.before}, now {text.after})"
    return text.target
