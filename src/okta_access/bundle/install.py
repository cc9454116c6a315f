"""The page for whoever installs a release; its text is ``install.md`` beside this module."""

from __future__ import annotations

from importlib.resources import files

from okta_access.bundle.layout import KIBANA, SPLUNK
from okta_access.compile.model import Job
from okta_access.compile.splunk.query.search import source_terms

_WHEEL = "{package}-{version}-py3-none-any.whl"


def install_page(name: str, job: Job) -> bytes:
    """The page in Markdown, with the names that this release has."""
    text = (files("okta_access.bundle") / "install.md").read_text("utf-8")
    named = {
        "splunk": SPLUNK.format(name=name, version=job.version),
        "kibana": KIBANA.format(name=name, version=job.version),
        "wheel": _WHEEL.format(package=name.replace("-", "_"), version=job.version),
        "source": source_terms(job.settings.splunk),
        "index": ", ".join(job.settings.elastic.index),
    }
    for key, value in named.items():
        text = text.replace(f"{{{key}}}", value)
    return text.encode()
