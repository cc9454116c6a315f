"""A Splunk in memory, as its REST API reference says: apps with their default and local.

After the REST API Reference Manual: ``saved/searches`` (names of settings, ``actions`` as the one
list of what is on, ``action.NAME`` as read-only), ``configs/conf-{file}``, ``apps/local``,
``server/info``; and the access control lists of entries. In our own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from tests.builders.loopback import Asked, Told

TOKEN = "eyJraWQ.token"
Settings = dict[str, str]

_BOOLEANS = {"alert.digest_mode", "alert.suppress", "disabled", "is_scheduled", "realtime_schedule"}
_SEARCH_KEYS = {
    "actions", "alert.digest_mode", "alert.severity", "alert.suppress", "alert.suppress.fields",
    "alert.suppress.period", "alert.track", "alert_comparator", "alert_threshold", "alert_type",
    "cron_schedule", "description", "disabled", "dispatch.earliest_time", "dispatch.latest_time",
    "is_scheduled", "realtime_schedule", "request.ui_dispatch_app", "schedule_window", "search",
}  # fmt: skip
_ROUTE = re.compile(r"/servicesNS/nobody/([^/]+)/(saved/searches|configs/conf-macros)(?:/([^/]+))?")
SEARCHES, MACROS = "saved/searches", "configs/conf-macros"


@dataclass
class Thing:
    """A stanza: what the app's file says, and what was changed since."""

    app: str
    default: Settings | None
    local: Settings = field(default_factory=dict)
    sharing: str = "app"

    @property
    def settings(self) -> Settings:
        """What counts."""
        return {**(self.default or {}), **self.local}


@dataclass
class Splunk:
    """Stanzas by kind and name."""

    apps: set[str]
    instance_type: str = "download"
    things: dict[str, dict[str, Thing]] = field(default_factory=lambda: {SEARCHES: {}, MACROS: {}})

    def __call__(self, asked: Asked) -> Told:
        """The answer to a request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(401, "call not properly authenticated")
        assert asked.query.get("output_mode") == "json"
        if asked.path == "/services/server/info":
            about = {"instance_type": self.instance_type, "version": "9.4.0"}
            return Told({"entry": [{"name": "server-info", "acl": {}, "content": about}]})
        if asked.path.startswith("/services/apps/local/"):
            name = unquote(asked.path.rpartition("/")[2])
            if name not in self.apps:
                return _refused(404, f"Application does not exist: {name}")
            return Told({"entry": [{"name": name, "acl": {}, "content": {}}]})
        route = _ROUTE.fullmatch(asked.path)
        if route is None:
            return _refused(404, "Not Found")
        app, kind = unquote(route[1]), route[2]
        if route[3] is None:
            return self._collection(app, kind, asked)
        # In a name a slash is quoted twice, as the links of entries say.
        return self._one(app, kind, unquote(route[3]).replace("%2F", "/"), asked)

    def _collection(self, app: str, kind: str, asked: Asked) -> Told:
        things = self.things[kind]
        if asked.method == "GET":
            assert asked.query["count"] == "0"
            seen = [name for name, one in sorted(things.items()) if self._visible(app, one)]
            entries = [_entry(app, kind, name, things[name]) for name in seen]
            return Told({"entry": entries, "paging": {"total": len(entries)}})
        form = asked.form
        name = form.pop("name")
        if name in things and things[name].app == app:
            return _refused(409, f"An object with name={name} already exists")
        wrong = _wrong(kind, form)
        if wrong:
            return _refused(400, wrong)
        things[name] = Thing(app, None, form)
        return Told({"entry": [_entry(app, kind, name, things[name])]}, 201)

    def _one(self, app: str, kind: str, name: str, asked: Asked) -> Told:
        thing = self.things[kind].get(name)
        if thing is None or not self._visible(app, thing):
            return _refused(404, f"Could not find object id={name}")
        if asked.method == "POST":
            wrong = _wrong(kind, asked.form)
            if wrong:
                return _refused(400, wrong)
            thing.local.update(asked.form)
        if asked.method == "DELETE":
            if thing.default is not None:
                return _refused(403, f"Object id={name} cannot be deleted in config=savedsearches.")
            del self.things[kind][name]
            return Told({"entry": []})
        return Told({"entry": [_entry(app, kind, name, thing)]})

    def _visible(self, app: str, thing: Thing) -> bool:
        return thing.app == app or thing.sharing == "global"


def from_conf(stanzas: Iterator[tuple[str, Mapping[str, str]]], app: str) -> dict[str, Thing]:
    """What a search head makes of the app's savedsearches.conf."""
    names = {"counttype": "alert_type", "enableSched": "is_scheduled"}
    names |= {"quantity": "alert_threshold", "relation": "alert_comparator"}
    found = {}
    for name, settings in stanzas:
        on = [k[7:] for k, v in settings.items() if re.fullmatch(r"action\.\w+", k) and v == "1"]
        rest = {
            names.get(key, key): value
            for key, value in settings.items()
            if not re.fullmatch(r"action\.\w+", key)
        }
        found[name] = Thing(app, rest | {"actions": ", ".join(on)})
    return found


def _entry(app: str, kind: str, name: str, thing: Thing) -> dict[str, Any]:
    twice = quote(name, safe="").replace("%2F", "%252F")
    link = f"/servicesNS/nobody/{quote(thing.app, safe='')}/{kind}/{twice}"
    removable = thing.default is None
    content: dict[str, Any] = {"disabled": False, **thing.settings}
    if kind == SEARCHES:
        content = {"alert.expires": "24h", "next_scheduled_time": "", **content}
    for key in _BOOLEANS & content.keys():
        content[key] = content[key] in {True, "1", "true"}
    if "alert.severity" in content:
        content["alert.severity"] = int(content["alert.severity"])
    return {
        "name": name,
        "acl": {"app": thing.app, "owner": "nobody", "removable": removable}
        | {"sharing": thing.sharing},
        "links": {"alternate": link, "edit": link} | ({"remove": link} if removable else {}),
        "content": content,
    }


def _wrong(kind: str, form: Settings) -> str | None:
    if kind == MACROS:
        odd = sorted(form.keys() - {"definition", "iseval", "args"})
    else:
        odd = sorted(
            key
            for key in form.keys() - _SEARCH_KEYS
            if not re.fullmatch(r"action\.\w+\.[\w.]+", key)
        )
    return f"Argument {odd[0]!r} is not supported by this endpoint." if odd else None


def _refused(status: int, text: str) -> Told:
    return Told({"messages": [{"type": "ERROR", "text": text}]}, status)
