"""What Enterprise Security files a search under: ATT&CK, controls, and its analytic stories.

Keys as Enterprise Security has them: ``cis20`` holds CIS Controls by their numbers in version 8, as
its own content does, and ``nist`` categories of NIST's CSF 1.1. Others are annotations of ours.
"""

from __future__ import annotations

from collections.abc import Iterable

from okta_access.catalog.controls import load_controls
from okta_access.catalog.model import Catalog, Family
from okta_access.compile.identity import Identity
from okta_access.compile.native import FirstSeen
from okta_access.rules.model import Correlation, EventRule, Metadata, fields_read
from okta_access.rules.solver.event_types import event_types

Annotations = dict[str, list[str]]
STORIES = {
    "Requests": (Family.REQUEST,),
    "Conditions And Sequences": (Family.CONDITION, Family.SEQUENCE),
    "Settings": (Family.SETTINGS,),
    "Reviews": (Family.REVIEW,),
}
"""The analytic stories by title, each with the families of events that it tells of."""
ATTACK, STORY, _PROFILE = "mitre_attack", "analytic_story", "okta_access_profile"
_FRAMEWORKS = {"cis20": "cis", "nist": "nist_csf", "nist_800_53": "nist_800_53"}


def annotations_of(
    rule: EventRule | Correlation | FirstSeen,
    bases: Iterable[EventRule],
    catalog: Catalog,
    identity: Identity,
) -> Annotations:
    """The annotations of a rule on the events of ``bases``; what there is none of is left out."""
    events = [base.expr for base in bases]
    types = {
        name
        for expr in events
        for name in catalog.events
        if (known := event_types(expr)) is None or name in known
    }
    own = () if isinstance(rule, EventRule) else rule.fields
    controls = load_controls().of(types, {*fields_read(*events), *own})
    families = {catalog.events[name].family for name in types}
    told = [name for name, of in STORIES.items() if not families.isdisjoint(of)]
    found: Annotations = {
        STORY: [story_name(name, identity) for name in told],
        **{key: list(controls.get(framework, ())) for key, framework in _FRAMEWORKS.items()},
        ATTACK: list(techniques(rule.meta)),
        _PROFILE: [rule.meta.profile.value] if rule.meta.profile else [],
    }
    return {key: values for key, values in found.items() if values}


def story_name(title: str, identity: Identity) -> str:
    """The name of a story, which begins as the names of saved searches do."""
    return f"{identity.searches}{title}"


def techniques(meta: Metadata) -> tuple[str, ...]:
    """The ATT&CK techniques a rule is tagged with, as ``T1078.004``."""
    tags = (tag.removeprefix("attack.").upper() for tag in meta.tags if tag.startswith("attack.t"))
    return tuple(tag for tag in tags if tag[1:2].isdigit())
