"""Kibana and Splunk as their documentation shows their answers, on loopback, without a rule inside.

Each finds what it is told to find. What a client sends is kept, so that it can be held against the
documentation of the requests.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]
Route = Callable[[str, str, bytes], Answer]


@contextmanager
def server(route: Route) -> Iterator[str]:
    """The address of a server that answers every request as ``route(method, path, body)`` says."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, said = route(self.command, self.path, body)
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


class Kibana:
    """The import, the preview and the search of its alerts; ``finds`` gives hits' fields."""

    def __init__(self, finds: Callable[[Mapping[str, Any]], list[dict[str, list[Any]]]]) -> None:
        self.finds = finds
        self.sent: list[tuple[str, str, bytes]] = []
        self.imported: dict[str, Any] = {"success": True, "success_count": 0, "errors": []}
        self.errors: list[str] = []
        self._previews: list[Mapping[str, Any]] = []

    def __call__(self, method: str, path: str, body: bytes) -> Answer:
        self.sent.append((method, path, body))
        match urlsplit(path).path:
            case "/api/detection_engine/index":
                return 409, {"message": "index already exists", "status_code": 409}
            case "/api/detection_engine/rules/_import":
                return 200, self.imported
            case "/api/detection_engine/rules/preview":
                self._previews.append(json.loads(body))
                log = {"errors": self.errors, "warnings": [], "duration": 42, "requests": []}
                named = {"previewId": str(len(self._previews) - 1), "isAborted": False}
                return 200, {"logs": [log], **named}
            case place if place.endswith("/_refresh"):
                return 200, {"_shards": {"total": 1, "successful": 1, "failed": 0}}
            case place if place.endswith("/_search"):
                asked = json.loads(body)
                term = asked["query"]["term"]["kibana.alert.rule.uuid"]
                hits = [
                    {"_index": "i", "_id": str(n), "fields": fields}
                    for n, fields in enumerate(self.finds(self._previews[int(term)]))
                ]
                return 200, {"hits": {"total": {"value": len(hits)}, "hits": hits}}
        return 404, {"statusCode": 404, "error": "Not Found"}


class Splunk:
    """Apps, indexes, the collector, and jobs of saved searches; ``finds`` gives rows."""

    def __init__(self, finds: Callable[[str], list[dict[str, Any]]]) -> None:
        self.finds = finds
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self.events: list[dict[str, Any]] = []
        self.failed = False
        self._jobs: list[str] = []

    def __call__(self, method: str, path: str, body: bytes) -> Answer:
        place = urlsplit(path).path
        if place == "/services/collector/event":
            self.events += [json.loads(line) for line in body.splitlines()]
            return 200, {"text": "Success", "code": 0}
        if method == "POST":
            self.forms.append((place, parse_qs(body.decode())))
        if place == "/services/apps/local":
            return 201, {"entry": [{"name": "app"}]}
        if place == "/services/data/indexes":
            return 409, {"messages": [{"type": "ERROR", "text": "Index name=okta already exists"}]}
        if place == "/services/search/jobs":
            return 200, {"results": [{"count": str(len(self.events))}]}
        if place.endswith("/dispatch"):
            self._jobs.append(place.split("/")[-2])
            return 201, {"sid": f"admin__{len(self._jobs) - 1}"}
        if "/saved/searches/" in place:
            return 200, {"entry": [{"name": "search"}]}
        if "/services/search/v2/jobs/" in place:
            job = self._jobs[int(place.split("admin__")[1].split("/")[0])]
            if place.endswith("/results"):
                return 200, {"preview": False, "results": self.finds(job)}
            said = [{"type": "FATAL", "text": "no"}] if self.failed else []
            state = {"isDone": True, "isFailed": self.failed, "messages": said}
            return 200, {"entry": [{"content": state}]}
        return 404, {"messages": [{"type": "ERROR", "text": "Not Found"}]}
