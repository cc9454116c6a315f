"""What of a set of rules is brought to which SIEM."""

from __future__ import annotations

from okta_access.api.compiling import is_nameless, job_of, refuse_namesakes
from okta_access.api.rulebook import RuleBook
from okta_access.compile.registry import target
from okta_access.compile.splunk.app.conffile import read
from okta_access.compile.targets.kibana import AUDIT_FILE, RULES_FILE
from okta_access.deploy.access import Access
from okta_access.deploy.kibana.rules import shipped_rules
from okta_access.deploy.kibana.space import Space
from okta_access.deploy.model import Shipped, Siem
from okta_access.deploy.splunk.app import App
from okta_access.deploy.splunk.cloud import Stack, shipped_app
from okta_access.deploy.splunk.objects import shipped_objects
from okta_access.errors import InputError

Delivery = tuple[Siem, tuple[Shipped, ...]]


def to_kibana(rules: RuleBook, access: Access, space: str, *, audit: bool) -> Delivery:
    """A space, and the detection rules for it; audit rules are added only with ``audit``.

    Raises as :func:`_check` does, and :class:`InputError` for no space's name.
    """
    _check(rules)
    job = job_of(rules)
    files = target("kibana").compile(job).files
    shipped: list[Shipped] = []
    for name, add in ((RULES_FILE, True), (AUDIT_FILE, audit)):
        data = files.get(name.format(files=job.identity.files), b"")
        shipped += shipped_rules(data.splitlines(), add=add)
    return Space(access, job.identity.rule_set, space), tuple(shipped)


def to_splunk(rules: RuleBook, access: Access) -> Delivery:
    """The app of these rules, and its macros and searches.

    Raises as :func:`_check` does, and :class:`InputError` for Splunk Cloud.
    """
    _check(rules)
    job = job_of(rules)
    files = target("splunk-conf").compile(job).files
    shipped = shipped_objects(
        read(files["savedsearches.conf"].decode()), read(files["macros.conf"].decode())
    )
    return App(access, job.identity, shipped), shipped


def to_splunk_cloud(
    rules: RuleBook, access: Access, inspected: str | None, *, acknowledged: bool
) -> Delivery:
    """A stack of Splunk Cloud, and the file of the app for it.

    ``inspected`` and ``acknowledged`` are those of
    :class:`~okta_access.deploy.splunk.cloud.Stack`. Raises as :func:`_check` does, and
    :class:`InputError` where no stack is named.
    """
    _check(rules)
    job = job_of(rules)
    (package,) = target("splunk-app").compile(job).files.values()
    app = job.identity.app
    siem = Stack(access, app, inspected, acknowledged=acknowledged)
    return siem, (shipped_app(app, job.version, package),)


def _check(rules: RuleBook) -> None:
    """Raise for rules that a SIEM could take for others: RuleError, or InputError for no pack."""
    refuse_namesakes(rules)
    if is_nameless(rules):
        raise InputError(
            "own rules would be brought under the name of the package, and its rules taken off",
            hint="name your pack in okta-access.toml under [pack]",
        )
