"""How Sphinx makes the site; what belongs to one release is handed in by ``site/build.py``.

What Sphinx works out anew for each page, and what is the same on many, is kept.
"""

from __future__ import annotations

import posixpath
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
]
autodoc_default_options = {"members": True}
exclude_patterns: list[str] = []
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
html_domain_indices = False
html_last_updated_fmt = None
# A page opened from disk may read no other file, which is what the summaries would need.
html_show_search_summary = False
myst_heading_anchors = 3
nitpicky = False
suppress_warnings = ["misc.highlighting_failure"]
language = "en"
# Light and dark that keep WCAG AA contrast for code as well.
pygments_style = "a11y-light"
pygments_dark_style = "github-dark"


class _English(SearchEnglish):
    """Stems each word once."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._stems: dict[str, str] = {}

    def stem(self, word: str) -> str:
        if word not in self._stems:
            self._stems[word] = super().stem(word)
        return self._stems[word]


_drawn: dict[str, str] = {}


def _share_navigation(
    app: Sphinx, page: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Pages that no table of contents names, as those of rules, have one navigation a folder."""
    if any(page in pages for pages in app.env.toctree_includes.values()):
        return
    draw = context["toctree"]

    def drawn(**options: Any) -> str:
        key = f"{posixpath.dirname(page)} {sorted(options.items())}"
        if key not in _drawn:
            _drawn[key] = draw(**options)
        return _drawn[key]

    context["toctree"] = drawn


def setup(app: Sphinx) -> None:
    """Called by Sphinx; a lower priority comes first, and the theme's is 500."""
    app.add_search_language(_English)
    app.connect("html-page-context", _share_navigation, priority=400)
