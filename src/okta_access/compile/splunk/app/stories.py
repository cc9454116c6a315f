"""analyticstories.conf: the searches as Enterprise Security's use case library tells of them.

Enterprise Security reads the file from every app that exports it, as it reads that of its content
updates. Keys after its API reference ("Stanza_type parameters") and what contentctl writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from okta_access.compile.identity import Identity
from okta_access.compile.splunk.app.annotations import STORIES, STORY, Annotations, story_name
from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.query.search import SOURCE_MACRO
from okta_access.rules.model import Metadata

_SEARCH = "savedsearch://"
_ANNOTATIONS = "action.correlationsearch.annotations"
_CATEGORY = "Cloud Security"
_FORM = {"spec_version": "3", "version": "1"}
_IMPLEMENT = (
    f"Say where Okta's System Log is in the macro {SOURCE_MACRO}, look at the dashboard"
    " Okta access: preflight, then enable the search."
)
_TEXTS = {
    "Requests": (
        "Access that is asked for, or decided, in ways that do not fit who asks and who decides.",
        """\
Whoever holds a stolen account can ask for access, or wave through what others asked for. The \
events name who acted, and not what was asked: approved and denied look the same.""",
    ),
    "Conditions And Sequences": (
        "Changes to who may ask for what, and to who must approve.",
        """\
Whoever loosens a condition or a sequence of approvals can get access in the ordinary way, and put \
everything back. The events say that something changed, and not what it allows.""",
    ),
    "Settings": (
        "Changes to the settings of access requests.",
        """\
One change of settings can weaken every request of the tenant. The event does not say which.""",
    ),
    "Reviews": (
        "Security access reviews that are cut short, changed, or decided by the wrong person.",
        """\
A review follows an incident; whoever is behind it gains by ending it early, or by choosing the \
reviewer.""",
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A search: its stanza of this file, the stories that it is in, and the day of its change."""

    stanza: Stanza
    stories: tuple[str, ...]
    changed: str


def told(search: Stanza, meta: Metadata) -> Told | None:
    """What the file says of a saved search; None for a report. Raises :class:`Refused`."""
    if _ANNOTATIONS not in search.settings:
        return None
    found: Annotations = json.loads(search.settings[_ANNOTATIONS])
    stories = tuple(found.pop(STORY, ()))
    unfounded = "; ".join(" ".join(text.split()) for text in meta.falsepositives)
    stanza = Stanza(
        f"{_SEARCH}{search.name}",
        {
            "type": "detection",
            "explanation": search.settings["description"],
            "how_to_implement": _IMPLEMENT,
            "annotations": json.dumps(found, ensure_ascii=False),
            "known_false_positives": unfounded or "None known.",
            "providing_technologies": '["Okta"]',
        },
    )
    return Told(stanza, stories, meta.modified or meta.date)


def story_stanzas(searches: Iterable[Told], identity: Identity) -> list[Stanza]:
    """All stanzas: a story for each that has searches, and the searches."""
    known = list(searches)
    stories = []
    for title in STORIES:
        name = story_name(title, identity)
        mine = [one for one in known if name in one.stories]
        if mine:
            names = [one.stanza.name.removeprefix(_SEARCH) for one in mine]
            description, narrative = _TEXTS[title]
            settings = {
                "category": _CATEGORY,
                "last_updated": max(one.changed for one in mine),
                **_FORM,
                "references": "[]",
                "searches": json.dumps(names, ensure_ascii=False),
                "description": description,
                "narrative": narrative,
            }
            stories.append(Stanza(f"analytic_story://{name}", settings))
    return [*stories, *(one.stanza for one in known)]
