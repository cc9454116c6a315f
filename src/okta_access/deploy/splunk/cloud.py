"""An app on Splunk Cloud, brought as a file through Splunk's Admin Config Service (ACS).

After Splunk's Admin Config Service Manual and what Splunk's own clients know of the service
(docs/deploy.md names the sources). It tells an app's version and nothing of what is in it, and
knows no lock.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from okta_access.deploy.access import Access
from okta_access.deploy.errors import SiemError
from okta_access.deploy.http import BUSY, Http, Sent
from okta_access.deploy.model import Shipped, There
from okta_access.errors import InputError

_STACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
_STATUS, _APPS = "/adminconfig/v2/status", "/adminconfig/v2/apps"
_DEPLOYING = 424
"""What is answered while another change of the stack is under way."""
_INSTALLED = "installed"
_LONGEST_PAUSE = 30.0
_DISCLAIMER = "--acs-legal-ack takes note of Splunk's disclaimer for private apps"
_KIND = "app"
_T = TypeVar("_T", "_App", "_Status")


class _Infrastructure(msgspec.Struct, frozen=True):
    stackType: str  # noqa: N815 - as the service names it


class _Status(msgspec.Struct, frozen=True):
    infrastructure: _Infrastructure


class _App(msgspec.Struct, frozen=True):
    status: str
    version: str = ""


def shipped_app(app: str, version: str, package: bytes) -> Shipped:
    """The app's file; what must be so is its version, for nothing else is told."""
    return Shipped(f"{_KIND} {app}", f"{_KIND} {app}", {"version": version}, {"package": package})


class Stack:
    """A stack of Splunk Cloud, and one app on it.

    ``inspected`` is the token of a login to splunk.com, which the service shows to AppInspect;
    ``acknowledged`` says that whoever runs this takes note of Splunk's disclaimer for apps that it
    does not support. Without either nothing is written. ``patience`` is how long to wait, in
    seconds, for an app that was sent to be installed.

    Raises :class:`InputError` where no stack is named, and as
    :class:`~okta_access.deploy.http.Http` does.
    """

    def __init__(
        self,
        access: Access,
        app: str,
        inspected: str | None = None,
        *,
        acknowledged: bool = False,
        patience: float = 600.0,
    ) -> None:
        if not _STACK.fullmatch(access.parts.path.strip("/")):
            raise InputError(
                "no stack is named", hint="expected https://admin.splunk.com/STACK, and no more"
            )
        self._http = Http(
            access,
            {"Authorization": f"Bearer {access.secret}"},
            busy=BUSY | {_DEPLOYING},
            hidden=() if inspected is None else (inspected,),
        )
        self._app = app
        self._inspected = inspected
        self._acknowledged = acknowledged
        self._patience = patience
        self._pause = access.backoff
        self._apps = ""
        self.place = f"{access.place}, app {app}"

    def find(self, shipped: Sequence[Shipped]) -> dict[str, There]:
        """The app, where it is installed."""
        status = self._told(self._http.ask("GET", _STATUS), _Status)
        kind = status.infrastructure.stackType
        if kind.lower() not in {"victoria", "classic"}:
            raise SiemError(f"{self._http.place} is a stack of a kind that is not known: {kind}")
        self._apps = _APPS if kind.lower() == "classic" else f"{_APPS}/victoria"
        found = ((one.key, self.read(one.key)) for one in shipped)
        return {key: there for key, there in found if there is not None}

    def read(self, key: str) -> There | None:
        """The app as it is now; None where it is not installed."""
        path = f"{self._apps}/{quote(self._app, safe='')}"
        answer = self._http.ask("GET", path, maybe=True)
        if answer is None:
            return None
        told = self._told(answer, _App)
        return There(key, key, {"version": told.version}, enabled=True, raw={"status": told.status})

    def obstacle(self, shipped: Shipped, there: There) -> str | None:  # noqa: ARG002 - as all have it
        """Whether a version can follow another is the service's to say."""
        return None

    def create(self, shipped: Shipped) -> There:
        """Send the file and wait until it is installed."""
        return self._install(shipped)

    def update(self, shipped: Shipped, there: There, names: Sequence[str]) -> There:  # noqa: ARG002
        """Send the file, as for a new app: the service takes another version for an upgrade."""
        return self._install(shipped)

    def disable(self, there: There) -> There:
        """Not offered: what is shipped is all that is ever found. Raises :class:`SiemError`."""
        raise SiemError(f"{there.name} is not switched off by this")

    def delete(self, there: There) -> None:
        """Not offered, as :meth:`disable`. Raises :class:`SiemError`."""
        raise SiemError(f"{there.name} is not taken away by this")

    def _install(self, shipped: Shipped) -> There:
        if self._inspected is None:
            raise InputError("an app is sent with the token of a login to splunk.com")
        if not self._acknowledged:
            raise InputError("the disclaimer is not acknowledged", hint=_DISCLAIMER)
        package: bytes = shipped.body["package"]
        accepted = {"ACS-Legal-Ack": "Y"}
        if self._apps == _APPS:
            sent = Sent.form({"token": self._inspected}, {"package": package}, accepted)
        else:
            whose = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Splunk-Authorization": self._inspected,
            }
            sent = Sent(package, accepted | whose)
        self._told(self._http.ask("POST", self._apps, sent=sent), _App)
        return self._arrived(shipped)

    def _arrived(self, shipped: Shipped) -> There:
        """The app once it is installed in this version, or the patience at its end."""
        until = time.monotonic() + self._patience
        pause = self._pause
        while True:
            there = self.read(shipped.key)
            status = "not there" if there is None else str(there.raw["status"])
            if "fail" in status.lower():
                raise SiemError(f"{shipped.name}: Splunk says `{status}`")
            over = time.monotonic() >= until
            if there is not None and there.fields == shipped.fields:
                if over or status == _INSTALLED:
                    return there
            elif over:
                raise SiemError(
                    f"{shipped.name} was sent and is not installed yet: Splunk says `{status}`",
                    hint="run it again later",
                )
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _told(self, answer: Any, form: type[_T]) -> _T:
        try:
            return msgspec.convert(answer, form)
        except msgspec.ValidationError as error:
            raise SiemError(
                f"{self._http.place} does not answer as Splunk's Admin Config Service does: {error}"
            ) from error
