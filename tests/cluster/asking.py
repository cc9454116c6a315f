"""One query of a cluster that answers with one number."""

from __future__ import annotations

from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from tests.builders.scripted import Answer

INFO = Answer({"version": {"number": "8.19.21", "build_flavor": "default"}})
NUMBER = Answer({"columns": [{"name": "n", "type": "long"}], "values": [[7]], "is_partial": False})
QUERY = "FROM logs-okta*\n| STATS n = COUNT(*)"
WITHIN = {"exists": {"field": "okta.uuid"}}


def refusal(kind: str, reason: str, status: int, **headers: str) -> Answer:
    error = {"type": kind, "reason": reason}
    return Answer({"error": {"root_cause": [error], **error}, "status": status}, status, headers)


def ask(access: Access, waits: list[float] | None = None) -> int:
    """One query's answer; the waits before each retry are noted and not waited."""
    with Cluster(access, pause=(waits if waits is not None else []).append) as cluster:
        (answer,) = cluster.esql(QUERY, WITHIN).column("n")
        assert isinstance(answer, int)
        return answer
