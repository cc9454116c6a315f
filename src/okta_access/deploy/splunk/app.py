"""An app on Splunk Enterprise as a place where searches and macros are brought.

After Splunk's REST API reference: ``saved/searches``, ``configs/conf-macros``, ``apps/local`` and
``server/info``. What is written lands in the app's ``local/``. It knows no lock and no
conditional write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from okta_access.compile.identity import Identity
from okta_access.deploy.access import Access
from okta_access.deploy.errors import SiemError
from okta_access.deploy.http import Http
from okta_access.deploy.model import Shipped, There
from okta_access.deploy.splunk.objects import (
    MACRO,
    SEARCH,
    Answer,
    Entry,
    changed,
    detection_id,
    there,
)
from okta_access.errors import InputError

_CLOUD = (".splunkcloud.com", ".splunk.com")
_NO_CLOUD = (
    "Splunk Cloud takes apps as files: send {app} with --splunk-cloud, or upload it in Splunk Web"
    " (Apps > Manage Apps > Uploaded Apps)"
)
_PATHS = {SEARCH: "saved/searches", MACRO: "configs/conf-macros"}
_RULE = " - Rule"
_JSON: dict[str, str | int] = {"output_mode": "json"}


class App:
    """An app, with what is shipped for it.

    Raises :class:`InputError` for Splunk Cloud, and as :class:`~okta_access.deploy.http.Http`
    does.
    """

    def __init__(self, access: Access, identity: Identity, shipped: Sequence[Shipped]) -> None:
        if (access.parts.hostname or "").endswith(_CLOUD):
            raise InputError(_NO_CLOUD.format(app=identity.app))
        self._http = Http(access, {"Authorization": f"Bearer {access.secret}"})
        self._app = identity.app
        self._prefix = identity.searches
        self._base = f"/servicesNS/nobody/{quote(self._app, safe='')}"
        self._names = {
            kind: frozenset(
                name for one in shipped if one.key.startswith(f"{kind} ") for name in one.fields
            )
            for kind in _PATHS
        }
        self.place = f"{access.place}, app {self._app}"

    def find(self, shipped: Sequence[Shipped]) -> dict[str, There]:
        """All macros and searches of the app that are shipped, and rules that were."""
        self._check()
        keys = {one.key for one in shipped}
        ids = {detection_id(one.body) for one in shipped}
        found: dict[str, There] = {}
        for kind in _PATHS:
            for entry in self._all(kind):
                one = there(kind, entry, self._names[kind])
                if one.key in keys or self._once_shipped(entry, ids):
                    found[one.key] = one
        return found

    def read(self, key: str) -> There | None:
        """A thing by its kind and name, where this app has it itself."""
        kind, _, name = key.partition(" ")
        answer = self._http.ask("GET", self._path(kind, name), _JSON, maybe=True)
        if answer is None:
            return None
        entry = self._entry(answer)
        return there(kind, entry, self._names[kind]) if self._is_here(entry) else None

    def obstacle(self, shipped: Shipped, there: There) -> str | None:  # noqa: ARG002 - as all have it
        """Any setting can become any other."""
        return None

    def create(self, shipped: Shipped) -> There:
        """A new macro, or a new search that is off."""
        kind, _, name = shipped.key.partition(" ")
        form = {"name": name, **{key: str(value) for key, value in shipped.body.items()}}
        return self._post(kind, f"{self._base}/{_PATHS[kind]}", form)

    def update(self, shipped: Shipped, there: There, names: Sequence[str]) -> There:
        """These settings, and no others."""
        kind = shipped.key.partition(" ")[0]
        return self._post(kind, self._link(there, "edit"), changed(shipped, there, names))

    def disable(self, there: There) -> There:
        """Switch it off; everything else stays."""
        return self._post(SEARCH, self._link(there, "edit"), {"disabled": "1"})

    def delete(self, there: There) -> None:
        """Take it away; what the app's file brought cannot be."""
        self._http.ask("DELETE", self._link(there, "remove"), _JSON)

    def _check(self) -> None:
        server = self._entry(self._http.ask("GET", "/services/server/info", _JSON))
        if server.content.get("instance_type") == "cloud":
            raise SiemError(_NO_CLOUD.format(app=self._app))
        local = f"/services/apps/local/{quote(self._app, safe='')}"
        if self._http.ask("GET", local, _JSON, maybe=True) is None:
            raise SiemError(
                f"{self._http.place} has no app `{self._app}`",
                hint="install its file once, as INSTALL.md says",
            )

    def _all(self, kind: str) -> Iterable[Entry]:
        query = {**_JSON, "count": 0, "search": f"eai:acl.app={self._app}"}
        told = self._told(self._http.ask("GET", f"{self._base}/{_PATHS[kind]}", query))
        if told.paging.total > len(told.entry):
            raise SiemError(
                f"{self._http.place} gave {len(told.entry)} of {told.paging.total} entries"
            )
        return [entry for entry in told.entry if self._is_here(entry)]

    def _entry(self, answer: Any) -> Entry:
        entries = self._told(answer).entry
        if len(entries) != 1:
            raise SiemError(f"{self._http.place} gave {len(entries)} entries where one is")
        return entries[0]

    def _told(self, answer: Any) -> Answer:
        try:
            return msgspec.convert(answer, Answer)
        except msgspec.ValidationError as error:
            raise SiemError(
                f"{self._http.place} does not answer as Splunk does: {error}"
            ) from error

    def _is_here(self, entry: Entry) -> bool:
        """Whether it is the app's own: other apps' things are shown too, and private ones."""
        return entry.acl.app == self._app and entry.acl.sharing != "user"

    def _once_shipped(self, entry: Entry, ids: set[str | None]) -> bool:
        """Whether it is a rule that was shipped; a copy of one says the id of a living rule."""
        name, said = entry.name, detection_id(entry.content)
        ours = name.startswith(self._prefix) and name.endswith(_RULE)
        return ours and said is not None and said not in ids

    def _path(self, kind: str, name: str) -> str:
        return f"{self._base}/{_PATHS[kind]}/{quote(name, safe='')}"

    def _link(self, there: There, what: str) -> str:
        """Where Splunk says that a thing is changed, for it knows how it quotes a name."""
        kind, _, name = there.key.partition(" ")
        link = str(there.raw["links"].get(what) or self._path(kind, name))
        if not link.startswith(f"{self._base}/{_PATHS[kind]}/"):
            raise SiemError(f"{self._http.place} names an address that is not the app's: {link}")
        return link

    def _post(self, kind: str, path: str, form: Mapping[str, str]) -> There:
        answer = self._http.ask("POST", path, _JSON, form=form)
        entry = self._entry(answer)
        return there(kind, entry, self._names[kind])
