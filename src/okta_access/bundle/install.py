"""The page for whoever installs a release; its text is ``install.md`` beside this module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.resources import files

from okta_access import __version__
from okta_access.bundle.layout import KIBANA, SPLUNK
from okta_access.compile.model import Job
from okta_access.compile.native import native_rules
from okta_access.compile.splunk.app.savedsearches import stanza_name
from okta_access.compile.splunk.query.pivots import Alerting
from okta_access.compile.splunk.query.search import source_terms
from okta_access.errors import Refused
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
        "core_searches": _listed(_core_searches(job)),
        "core_rules": _listed(rule.meta.title for rule in _core(job)),
        "source": source_terms(job.settings.splunk),
        "index": ", ".join(job.settings.elastic.index),
    }
    for key, value in named.items():
        text = text.replace(f"{{{key}}}", value)
    return text.encode()


def _core_searches(job: Job) -> Iterator[str]:
    """The core rules as Splunk names their searches; of a name too long there is no search."""
    for rule in _core(job):
        with suppress(Refused):
            yield stanza_name(rule, job.identity.searches)


def _core(job: Job) -> list[Alerting]:
    rules: list[Alerting] = [*job.rules.all_rules]
    rules += [native for native, _ in native_rules(job.rules)]
    return [rule for rule in rules if rule.meta.profile is Profile.CORE]


def _listed(names: Iterable[str]) -> str:
    return "\n".join(f"- {name}" for name in sorted(names)) or "This release marks none as core."
