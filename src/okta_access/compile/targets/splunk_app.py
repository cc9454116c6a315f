"""The target ``splunk-app``: an app as a ``.tar.gz`` that Splunk Web and Splunk Cloud install."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from importlib.resources import files

from okta_access.compile.identity import Identity
from okta_access.compile.model import Job, Output
from okta_access.compile.splunk.app.conf import conf_files
from okta_access.compile.splunk.app.conffile import Stanza, read, written
from okta_access.compile.splunk.app.dashboards import (
    ASSUMPTIONS,
    OVERVIEW,
    PREFLIGHT,
    assumptions,
    navigation,
    overview,
    preflight,
)
from okta_access.compile.splunk.app.guides import guide_views
from okta_access.compile.splunk.app.ledger import ledger_reports
from okta_access.compile.splunk.app.preflight import reports
from okta_access.compile.splunk.app.readme import readme
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import source_terms

_DESCRIPTION = "Detections on Okta access requests, their guardrails and security access reviews"
_MADE = 315_532_800  # 1980-01-01, the earliest time that every archive format can hold


class SplunkApp:
    """The app's archive."""

    name = "splunk-app"

    def compile(self, job: Job) -> Output:
        """One file, the same bytes for the same rules and settings."""
        made = conf_files(job, self.name)
        names = Names(job.catalog, job.settings.splunk.field_prefix)
        stanzas = read(made.files["savedsearches.conf"].decode())
        rules = sum(settings["enableSched"] == "1" for _, settings in stanzas)
        source = source_terms(job.settings.splunk)
        guides = guide_views()
        texts = {
            "README.md": readme(job, rules, len(stanzas) - rules, source),
            "default/data/ui/nav/default.xml": navigation(guides),
            **{f"default/data/ui/views/{name}.xml": view for name, view in guides.items()},
            f"default/data/ui/views/{OVERVIEW}.xml": overview(),
            f"default/data/ui/views/{PREFLIGHT}.xml": preflight(reports(names)),
            f"default/data/ui/views/{ASSUMPTIONS}.xml": assumptions(ledger_reports(names)),
            "metadata/default.meta": _META,
        }
        contents = {
            "LICENSE": files("okta_access.compile.splunk").joinpath("app_license.txt").read_bytes(),
            "default/app.conf": _app_conf(job.identity, job.version),
            "default/server.conf": _SERVER_CONF,
            **{f"default/{name}": data for name, data in made.files.items()},
            **{name: text.encode() for name, text in texts.items()},
        }
        app = job.identity.app
        archive = {f"{app}-{job.version}.tar.gz": _archive(app, contents)}
        return Output(archive, made.translations, made.natives)


_META = """\
[]
access = read : [ * ], write : [ admin, sc_admin ]
export = system
"""

_SERVER_CONF = written(
    "# Search heads of a cluster share what Splunk does not know by itself.",
    [Stanza("shclustering", {"conf_replication_include.analyticstories": "true"})],
)


def _app_conf(identity: Identity, version: str) -> bytes:
    return written(
        "# What the app is.",
        [
            Stanza("install", {"is_configured": "0", "build": "1"}),
            Stanza("package", {"id": identity.app, "check_for_updates": "0"}),
            Stanza("ui", {"is_visible": "1", "label": identity.label}),
            Stanza(
                "launcher",
                {"author": identity.author, "version": version, "description": _DESCRIPTION},
            ),
            Stanza("id", {"name": identity.app, "version": version}),
            Stanza("triggers", {"reload.analyticstories": "simple"}),
        ],
    )


def _archive(app: str, contents: Mapping[str, bytes]) -> bytes:
    """The files below a folder of the app's name; nothing tells who packed them, or when."""
    folders = {app}
    for name in contents:
        parts = name.split("/")[:-1]
        folders.update("/".join([app, *parts[: depth + 1]]) for depth in range(len(parts)))
    tarred = io.BytesIO()
    with tarfile.open(fileobj=tarred, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for folder in sorted(folders):
            archive.addfile(_entry(folder, 0o755, tarfile.DIRTYPE))
        for name, data in sorted(contents.items()):
            entry = _entry(f"{app}/{name}", 0o644, tarfile.REGTYPE)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return gzip.compress(tarred.getvalue(), mtime=0)


def _entry(name: str, mode: int, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.type, entry.mtime = mode, kind, _MADE
    return entry


TARGET = SplunkApp()
