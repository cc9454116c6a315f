"""What is compiled for Splunk of the packaged rules: the app, and its configuration files."""

from __future__ import annotations

import io
import tarfile
from functools import cache
from typing import Any

import msgspec

from okta_access.compile.model import Job, Output
from okta_access.compile.splunk.app.conffile import read
from okta_access.compile.targets.splunk_app import TARGET as APP_TARGET
from okta_access.compile.targets.splunk_conf import TARGET
from okta_access.content import rules_dir
from okta_access.rules.collection import RuleSet, load_rules
from okta_access.rules.settings.files import Settings, SplunkSettings
from okta_access.rules.settings.tuning import tune
from tests.builders.packaged import CATALOG

APP = "okta_access_detections"
Conf = dict[str, dict[str, str]]


@cache
def archive(version: str) -> bytes:
    """The app of the detection rules, at this version."""
    job = Job(load_rules([rules_dir() / "detection"], CATALOG), Settings(), CATALOG, version)
    ((name, data),) = APP_TARGET.compile(job).files.items()
    assert name == f"{APP}-{version}.tar.gz"
    return data


def contents(version: str) -> dict[str, str]:
    """Its files, as text."""
    with tarfile.open(fileobj=io.BytesIO(archive(version))) as packed:
        return {
            member.name: file.read().decode()
            for member in packed
            if (file := packed.extractfile(member)) is not None
        }


@cache
def project() -> RuleSet:
    """The packaged rules that are shipped."""
    return tune(load_rules([rules_dir()], CATALOG), Settings(), CATALOG).shipped


def compiled(rules: RuleSet, **changes: Any) -> Output:
    """The files of configuration for these rules, under these settings."""
    settings = Settings(splunk=msgspec.structs.replace(SplunkSettings(), **changes))
    return TARGET.compile(Job(rules, settings, CATALOG, "1.2.3"))


def conf(output: Output, name: str) -> Conf:
    """One of them, read."""
    return dict(read(output.files[name].decode()))


@cache
def searches() -> Conf:
    """The saved searches of the packaged rules."""
    return conf(compiled(project()), "savedsearches.conf")


def is_run_by_hand(name: str) -> bool:
    """Whether a search is a report of the app's own, about no rule."""
    return any(f" - {kind} - " in name for kind in ("Preflight", "Assumption"))
