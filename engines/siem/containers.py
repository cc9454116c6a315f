"""The containers: started with secrets of their own, stopped and thrown away at the end."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from engines import EngineBroken, EngineUnavailable
from engines.siem.web import Web, basic, until

_COMPOSE = Path(__file__).with_name("compose.yml")
_PATIENCE = 600.0
_SECRETS = ("ELASTIC_PASSWORD", "KIBANA_PASSWORD", "KIBANA_KEY", "SPLUNK_PASSWORD")
_KIBANA = {"kbn-xsrf": "okta-access", "elastic-api-version": "2023-10-31"}


@dataclass(frozen=True, slots=True)
class Sites:
    """Where the products are, and as whom they are asked."""

    elasticsearch: Web
    kibana: Web
    splunk: Web
    collector: Web


def check() -> None:
    """Raises :class:`EngineUnavailable` where there is no Docker with compose that runs."""
    if shutil.which("docker") is None:
        raise EngineUnavailable("there is no docker on this machine")
    for command in (["docker", "compose", "version"], ["docker", "info"]):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            said = (ran.stderr.strip() or "nothing").splitlines()[-1]
            raise EngineUnavailable(f"`{' '.join(command)}` does not work: {said}")


@contextmanager
def running(release: Path) -> Iterator[Sites]:
    """The products with ``release`` mounted into Splunk's container as ``/release``."""
    made = {name: secrets.token_hex(24) for name in _SECRETS}
    made["SPLUNK_HEC_TOKEN"] = str(uuid4())
    project = f"okta-access-siem-{os.getpid()}"
    environment = {**os.environ, **made, "RELEASE": str(release.resolve())}

    def compose(*arguments: str) -> str:
        return _docker(["compose", "-p", project, "-f", str(_COMPOSE), *arguments], environment)

    def at(service: str, port: int, scheme: str = "http") -> str:
        return f"{scheme}://{compose('port', service, str(port)).strip()}"

    try:
        compose("up", "--detach", "--quiet-pull", "elasticsearch", "splunk")
        elastic = {"Authorization": basic("elastic", made["ELASTIC_PASSWORD"])}
        elasticsearch = Web(at("elasticsearch", 9200), elastic)
        health = "/_cluster/health?wait_for_status=yellow&timeout=1s"
        until("Elasticsearch", lambda: bool(elasticsearch.ask("GET", health)), _PATIENCE)
        who = {"password": made["KIBANA_PASSWORD"]}
        elasticsearch.ask("POST", "/_security/user/kibana_system/_password", who)
        compose("up", "--detach", "--quiet-pull", "kibana")
        kibana = Web(at("kibana", 5601), {**elastic, **_KIBANA})
        until("Kibana", lambda: _available(kibana), _PATIENCE)
        admin = {"Authorization": basic("admin", made["SPLUNK_PASSWORD"])}
        splunk = Web(at("splunk", 8089, "https"), admin)
        info = "/services/server/info?output_mode=json"
        until("Splunk", lambda: bool(splunk.ask("GET", info)), _PATIENCE)
        token = {"Authorization": f"Splunk {made['SPLUNK_HEC_TOKEN']}"}
        collector = Web(at("splunk", 8088), token)
        until("Splunk's collector", lambda: _healthy(collector), _PATIENCE)
        yield Sites(elasticsearch, kibana, splunk, collector)
    finally:
        compose("down", "--volumes", "--timeout", "10")


def _available(kibana: Web) -> bool:
    return bool(kibana.ask("GET", "/api/status")["status"]["overall"]["level"] == "available")


def _healthy(collector: Web) -> bool:
    return bool(collector.ask("GET", "/services/collector/health")["code"] == 17)


def _docker(arguments: Sequence[str], environment: dict[str, str]) -> str:
    ran = subprocess.run(
        ["docker", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        said = (ran.stderr.strip() or "nothing").splitlines()[-1]
        raise EngineBroken(f"`docker {arguments[0]}` of {arguments[-1]} failed: {said}")
    return ran.stdout
