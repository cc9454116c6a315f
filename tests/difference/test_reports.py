"""Differences as text and as a comment: what names may hold, and how much a comment holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from okta_access.difference.model import Alerts, Difference, Kind, RuleChange, Side, TextChange
from okta_access.difference.reports import markdown, text
from okta_access.rules.model import Level


def change(
    name: str = "rule", *, lines: tuple[str, ...] = ("+a",), words: tuple[str, ...] = ()
) -> RuleChange:
    """A rule whose meaning changed."""
    sides = (Side(name, 1, Level.LOW, off=False), Side(name, 2, Level.HIGH, off=True))
    texts = (TextChange("splunk", "exact", "refused", lines),)
    return RuleChange(Kind.MEANING, *sides, words, Alerts(2, None, 0, 2, 0), texts)


def difference(*rules: RuleChange) -> Difference:
    return Difference("main", "log.jsonl", 30, rules)


def test_text() -> None:
    assert text.render(difference(change(words=("title",)))).splitlines() == [
        "changed in meaning: rule",
        "  version 1 to 2",
        "  level low to high",
        "  now off",
        "  words: title",
        "  quieter: 2 to none (2 lost) in 30 days",
        "  splunk (exact, now refused)",
        "    +a",
    ]
    assert text.render(difference()) == "nothing differs from main\n"


def test_comment() -> None:
    alerts = "quieter: 2 to none (2 lost)"
    worded = RuleChange(Kind.WORDS, change().before, change().before, ("title",), None, ())
    assert (
        markdown.render(difference(change(), worded))
        == f"""\
### Rules compared with `main`

1 changed in meaning, 1 changed in words. Alerts are those of 30 days of `log.jsonl`.

| rule | what | alerts |
|---|---|---|
| `rule` | changed in meaning; version 1 to 2; level low to high; now off | {alerts} |

Only words: `rule`.

<details><summary>rule: compiled text</summary>

splunk (exact, now refused)

```diff
+a
```

</details>
"""
    )
    assert "No rule differs" in markdown.render(difference())


HOSTILE = st.text(st.sampled_from("`|<>&@[]()!*_#-\n\r a~\\$:"), min_size=1, max_size=30)


@given(HOSTILE, st.lists(HOSTILE, max_size=3))
def test_names_and_queries_stay_text(name: str, lines: list[str]) -> None:
    """Of a stranger's name nothing becomes a link, an image, HTML of its own or a row."""
    rendered = markdown.render(difference(change(name, lines=tuple(lines))))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(rendered)
    kinds = [token.type for token in tokens]
    inner = [child.type for token in tokens for child in token.children or ()]
    assert kinds.count("tr_open") == 2
    assert kinds.count("html_block") == 2
    assert kinds.count("fence") == 1
    assert {"link_open", "image", "html_inline", "em_open", "strong_open"}.isdisjoint(inner)


def test_a_comment_stays_below_the_limit() -> None:
    long = tuple(f"+{'é' * 300}" for _ in range(20))
    rules = [change(f"rule_{n:04d}", lines=long) for n in range(100)]
    rendered = markdown.render(difference(*rules))
    assert len(rendered.encode()) <= markdown.MOST
    assert "Texts too long for a comment: " in rendered
    many = [change(f"rule_{n:05d}{'x' * 100}") for n in range(2_000)]
    rendered = markdown.render(difference(*many))
    assert len(rendered.encode()) <= markdown.MOST
    assert " rules more." in rendered
