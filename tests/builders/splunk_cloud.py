"""Splunk's Admin Config Service in memory: the stack's kind, and its private apps.

After the Admin Config Service Manual ("Manage private apps", "Troubleshoot ACS error messages") and
the specification that Splunk's own clients were generated from. What an installation goes through
is not documented; here an app is ``processing`` for some reads. In our own words.
"""

from __future__ import annotations

import io
import tarfile
from configparser import ConfigParser
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP

from tests.builders.loopback import Asked, Told

TOKEN, INSPECTED = "eyJraWQ.stack", "eyJraWQ.splunk-com"
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Cloud:
    """A stack; ``apps`` are versions by name, ``reads`` how long an installation takes."""

    kind: str = "Victoria"
    apps: dict[str, str] = field(default_factory=dict)
    reads: int = 0
    ends: str = "installed"
    _coming: dict[str, int] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        """The answer to a request."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refused(401, "unauthorized", "call not properly authenticated")
        stack, _, rest = asked.path.removeprefix("/").partition("/adminconfig/v2/")
        if stack != "acme":
            return _refused(404, "stack-not-found", "stack not found")
        if rest == "status":
            about = {"stackType": self.kind, "stackVersion": "9.3.2411", "status": "Ready"}
            return Told({"infrastructure": about, "messages": {"restartRequired": False}})
        apps = "apps" if self.kind == "Classic" else "apps/victoria"
        if asked.method == "POST" and rest == apps:
            return self._install(asked)
        if asked.method == "GET" and rest.startswith(f"{apps}/"):
            return self._described(rest.removeprefix(f"{apps}/"))
        return _refused(403, "forbidden", "operation not supported for splunk stack")

    def _described(self, name: str) -> Told:
        if name not in self.apps:
            return _refused(404, "app-not-found", f"app {name} not found")
        left = self._coming.get(name, 0)
        self._coming[name] = max(0, left - 1)
        told = {"name": name, "appID": name, "label": "x", "version": self.apps[name]}
        return Told({**told, "status": "processing" if left else self.ends})

    def _install(self, asked: Asked) -> Told:
        if asked.headers.get("acs-legal-ack") != "Y":
            return _refused(400, "bad-request", "ACS-Legal-Ack is required")
        if self.kind == "Classic":
            token, package = _form(asked)
        else:
            assert asked.headers["content-type"] == _FORM
            token, package = asked.headers.get("x-splunk-authorization", ""), asked.body
        if token != INSPECTED:
            return _refused(401, "unauthorized", f"app inspect does not know {token}")
        name, version = named(package)
        if self.apps.get(name) == version:
            return _refused(409, "object-already-exists", f"app {name} already exists")
        self.apps[name] = version
        self._coming[name] = self.reads
        about = {"name": name, "version": version, "status": "processing"}
        return Told(about, 202 if self.kind == "Victoria" else 200)


def named(package: bytes) -> tuple[str, str]:
    """The id and the version that an app's file says."""
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        (member,) = [one for one in archive.getnames() if one.endswith("/default/app.conf")]
        conf = ConfigParser(interpolation=None)
        opened = archive.extractfile(member)
        assert opened is not None
        conf.read_string(opened.read().decode())
    return conf["id"]["name"], conf["id"]["version"]


def packed(name: str, version: str) -> bytes:
    """The least that is an app's file."""
    data = f"[id]\nname = {name}\nversion = {version}\n".encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        entry = tarfile.TarInfo(f"{name}/default/app.conf")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def _form(asked: Asked) -> tuple[str, bytes]:
    """The token and the file of a form in parts."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    parts = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + asked.body).iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        parts[part.get_param("name", header="content-disposition")] = content
    assert parts.keys() == {"token", "package"}
    return parts["token"].decode(), parts["package"]


def _refused(status: int, code: str, message: str) -> Told:
    return Told({"code": f"{status}-{code}", "message": message}, status)
