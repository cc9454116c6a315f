"""How Sphinx makes the site; what belongs to one release is handed in by ``site/build.py``."""

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
html_title = "okta-access-detections"
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
