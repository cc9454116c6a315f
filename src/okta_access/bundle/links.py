"""Links between guides, in pages that a release has at its top: there they lead into the site."""

from __future__ import annotations

import re

_GUIDE = re.compile(r"\[([^\]]*)\]\(([\w/-]+)\.md(#[\w-]+)?\)")


def at_the_top(page: str, *, site: bool) -> str:
    """A guide as a page at the top of a release; without a site what was a link is plain text.

    >>> at_the_top("[who](engines.md)", site=True), at_the_top("[who](engines.md)", site=False)
    ('[who](site/guides/engines.html)', 'who')
    """
    return _GUIDE.sub(r"[\1](site/guides/\2.html\3)" if site else r"\1", page)
