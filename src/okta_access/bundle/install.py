"""The page for whoever installs a release; its text is ``install.md`` beside this module."""

from __future__ import annotations

from importlib.resources import files

from okta_access import __version__
from okta_access.bundle.layout import KIBANA, SPLUNK
from okta_access.compile.model import Job
from okta_access.compile.native import native_rules
from okta_access.compile.splunk.query.search import source_terms
from okta_access.rules.model import Profile

_WHEEL = f"okta_access_detections-{__version__}-py3-none-any.whl"


def install_page(job: Job) -> bytes:
    """The page in Markdown, with the names that this release has."""
    name = job.identity.rule_set
    text = (files("okta_access.bundle") / "install.md").read_text("utf-8")
    named = {
        "splunk": SPLUNK.format(name=name, version=job.version),
        "kibana": KIBANA.format(name=name, version=job.version),
        "wheel": _WHEEL,
        "version": __version__,
        "app": job.identity.app,
        "label": job.identity.label,
        "files": job.identity.files,
        "rule_set": name,
        "core": _core(job),
        "source": source_terms(job.settings.splunk),
        "index": ", ".join(job.settings.elastic.index),
    }
    for key, value in named.items():
        text = text.replace(f"{{{key}}}", value)
    return text.encode()


def _core(job: Job) -> str:
    """The titles of the rules of the core profile, in a sentence; empty where there are none."""
    metas = [rule.meta for rule in job.rules.all_rules]
    metas += [native.meta for native, _ in native_rules(job.rules)]
    titles = sorted(meta.title for meta in metas if meta.profile is Profile.CORE)
    return f"They are: {'; '.join(titles)}." if titles else "This release marks none as core."
