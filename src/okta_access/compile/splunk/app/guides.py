"""The triage guides in the app: a view each, and the words that lead to it from a search.

The guides are Markdown of few forms (headings, paragraphs, numbered lists, code); what they hold is
written as XHTML inside a Simple XML dashboard, whose queries for Elastic are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from okta_access.catalog.model import Catalog, Family
from okta_access.catalog.triage import GUIDES, guide, guide_family
from okta_access.compile.splunk.query.search import SOURCE_MACRO
from okta_access.rules.model import EventRule
from okta_access.rules.solver.event_types import event_types

_VIEW = "okta_access_triage_"
_SOURCE = 'index=okta sourcetype="OktaIM2:log"'  # as the guides write it, for pasting anywhere
_OTHER_QUERIES = re.compile(r"^```esql\n.*?^```\n", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"(#{1,3}) (.+)")
_ITEM = re.compile(r"[0-9]+\. ")
_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<b>[^*`]+)\*\*|\*(?P<i>[^*`]+)\*")


def guide_views() -> dict[str, str]:
    """The views of all guides by name, as Simple XML."""
    return {f"{_VIEW}{family}": _view(family) for family in GUIDES}


def pointer(rules: Iterable[EventRule], catalog: Catalog, app: str) -> str:
    """Where the guide for these rules is, in words; empty where there is none.

    ``app`` is the app's folder. Relative to the address of Splunk Web, as all its links are.
    """
    types = [name for rule in rules for name in event_types(rule.expr) or ()]
    family = guide_family(types, catalog)
    return "" if family is None else f"Triage guide: /app/{app}/{_VIEW}{family}"


def described(text: str, ending: str) -> str:
    """A description and what comes after it.

    >>> described("Detects a request.", "Triage guide: /app/a/b")
    'Detects a request. Triage guide: /app/a/b'
    """
    return " ".join(filter(None, (text, ending)))


def xhtml(text: str) -> str:
    """A guide's Markdown as XHTML.

    >>> print(xhtml("## If\\n1. Ask `a`\\n   **now**.\\n2. Wait."))
    <h2>If</h2>
    <ol>
    <li>Ask <code>a</code> <b>now</b>.</li>
    <li>Wait.</li>
    </ol>
    """
    return "\n".join(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        start, line = at, lines[at]
        at += 1
        if heading := _HEADING.fullmatch(line):
            level = len(heading[1])
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
        elif line.startswith("```"):
            at = lines.index("```", at) + 1
            code = "\n".join(lines[start + 1 : at - 1])
            yield f"<pre>{_text(code)}</pre>"
        elif _ITEM.match(line):
            while at < len(lines) and (_ITEM.match(lines[at]) or lines[at].startswith("   ")):
                at += 1
            yield "\n".join(["<ol>", *_items(lines[start:at]), "</ol>"])
        elif line:
            while at < len(lines) and lines[at] and not lines[at].startswith(("#", "```")):
                at += 1
            yield f"<p>{_inline(' '.join(lines[start:at]))}</p>"


def _items(lines: list[str]) -> Iterator[str]:
    starts = [number for number, line in enumerate(lines) if _ITEM.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = " ".join(line.strip() for line in lines[start:end])
        yield f"<li>{_inline(_ITEM.sub('', text, count=1))}</li>"


def _inline(text: str) -> str:
    return _INLINE.sub(_marked, _text(text))


def _marked(found: re.Match[str]) -> str:
    tag = str(found.lastgroup)
    return f"<{tag}>{found[tag]}</{tag}>"


def _text(text: str) -> str:
    """Text for Simple XML, in which a dollar sign would begin a token."""
    return escape(text).replace("$", "$$")


def _view(family: Family) -> str:
    text = _OTHER_QUERIES.sub("", guide(family)).replace(_SOURCE, f"`{SOURCE_MACRO}`")
    title, _, body = text.partition("\n")
    return (
        f'<dashboard version="1.1" theme="light">\n  <label>{_text(title.lstrip("# "))}</label>\n'
        f"  <row><panel><html>\n{xhtml(body)}\n</html></panel></row>\n</dashboard>\n"
    )
