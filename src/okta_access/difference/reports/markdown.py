"""A difference as a comment on a pull request: a table, and the texts folded below it.

Names come from files of a stranger's branch, so each stands in a code span of its own and can
neither format nor mention anything. A comment holds :data:`MOST` bytes; what does not fit is
counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from okta_access.difference.model import Difference, Kind, RuleChange, TextChange, counts, sides
from okta_access.difference.reports.text import title

MOST = 65_000
"""Bytes; GitHub takes 65,536 characters."""

_FOR_TABLES = MOST * 2 // 3
_SHOWN = 50  # rules with other words alone
_FOR_NOTE = 200  # bytes kept for the last sentence
_HEADS = ("rule", "what", "alerts")


def render(found: Difference) -> str:
    """The comment. A heading, a sentence, a table, and a fold a rule."""
    head = [f"### Rules compared with {_code(found.base)}", "", _sentence(found), ""]
    told = [one for one in found.rules if not _is_wording(one)]
    wordings = [one.name for one in found.rules if _is_wording(one)]
    parts = ["\n".join(head)]
    if told:
        parts.append(_table([_row(one) for one in told]))
    if wordings:
        parts.append(_only_words(wordings))
    parts += _fitting(told, MOST - sum(len(part.encode()) + 1 for part in parts))
    return "\n".join(parts)


def _is_wording(one: RuleChange) -> bool:
    """Whether a rule needs no row of its own: only texts for people differ."""
    said = one.kind is Kind.WORDS and len(sides(one)) == 1 and bool(one.words)
    return said and not one.alerts and not one.texts


def _only_words(names: list[str]) -> str:
    shown = names[:_SHOWN]
    more = f" and {len(names) - len(shown)} more" if len(names) > len(shown) else ""
    return f"Only words: {', '.join(map(_code, shown))}{more}.\n"


def _sentence(found: Difference) -> str:
    numbers = [f"{len(found.of(kind))} {kind.value}" for kind in Kind if found.of(kind)]
    if not numbers:
        return "No rule differs: neither in meaning nor in words, alerts or compiled text."
    return f"{', '.join(numbers)}. Alerts are those of {found.days:,} days of {_code(found.log)}."


def _table(rows: list[str]) -> str:
    lines = [f"| {' | '.join(_HEADS)} |", "|---|---|---|"]
    size = 0
    for number, row in enumerate(rows):
        size += len(row.encode()) + 1
        if size > _FOR_TABLES:
            lines += ["", f"And {len(rows) - number} rules more."]
            break
        lines.append(row)
    return "\n".join([*lines, ""])


def _row(one: RuleChange) -> str:
    what = "; ".join([one.kind.value, *map(_cell, sides(one))])
    alerts = f"{one.alerts.word}: {counts(one.alerts)}" if one.alerts else ""
    return f"| {_code(one.name)} | {what} | {alerts} |"


def _fitting(rules: Iterable[RuleChange], room: int) -> Iterator[str]:
    """As many folds as there is room for, and how many there was none for."""
    left_out = 0
    for one in rules:
        fold = _fold(one) if one.texts else ""
        size = len(fold.encode()) + 1
        if size > room - _FOR_NOTE:
            left_out += 1
        elif fold:
            room -= size
            yield fold
    if left_out:
        yield f"Texts too long for a comment: {left_out} rules; `okta-access diff` prints them."


def _fold(one: RuleChange) -> str:
    blocks = (_block(text) for text in one.texts)
    summary = _html(f"{one.name}: compiled text")
    return f"<details><summary>{summary}</summary>\n\n{''.join(blocks)}</details>\n"


def _block(text: TextChange) -> str:
    fence = "`" * max(3, 1 + _longest_run(text.lines))
    lines = "".join(f"{line}\n" for line in text.lines)
    return f"{title(text)}\n\n{fence}diff\n{lines}{fence}\n\n"


def _longest_run(lines: Iterable[str]) -> int:
    return max((len(run) for line in lines for run in re.findall("`+", line)), default=0)


def _code(text: str) -> str:
    """A code span in which nothing is read as Markdown, in a table neither.

    >>> _code("a|b`c"), _code("")
    ("`a/b'c`", '` `')
    """
    plain = re.sub(r"\s+", " ", text.replace("`", "'").replace("|", "/"))
    return f"`{plain or ' '}`"


def _cell(text: str) -> str:
    """Words of ours with names in them, without what Markdown or HTML would read."""
    return _code(text) if re.search(r"[^\w\s,.:-]", text, re.ASCII) else text.replace("_", r"\_")


def _html(text: str) -> str:
    return re.sub(r"[^\w :-]", lambda found: f"&#{ord(found[0])};", text, flags=re.ASCII)
