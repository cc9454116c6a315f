"""The release in Kibana: imported, and every rule run by the preview API, which needs no clock."""

from __future__ import annotations

import json
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engines import EngineBroken
from engines.clock.kibana_runs import milliseconds
from engines.siem.compare import Found, Run
from engines.siem.corpus import SECOND, Corpus, Key
from engines.siem.web import Web
from okta_access.catalog.times import time_text
from okta_access.compile.elastic.esql.grouping import key_fields
from okta_access.compile.elastic.fields import Fields
from okta_access.prove.oracles.elastic_documents import document
from okta_access.prove.oracles.elastic_mappings import Layout, mapping, settings
from okta_access.rules.model import Correlation

_RULES = "/api/detection_engine/rules"
_PREVIEWS = ".preview.alerts-security.alerts-default"
_IF_THERE = "ignore_unavailable=true"  # there is no index before the first alert of a preview
_MOST = 1000
_MOMENTS = 6  # of a correlation's alerts, at which the rule is run
_MINUTE = 60 * SECOND
# Full stacks allow only data streams under `logs-*-*`, and aliases.
_INDEX, _ALIAS = "okta-access-siem", "logs-okta.system-siem"


def imported(kibana: Web, archive: Path) -> list[dict[str, Any]]:
    """Imports the rules of a release's archive for Kibana, and gives them.

    Raises :class:`EngineBroken` where Kibana refuses one.
    """
    with zipfile.ZipFile(archive) as packed:
        (name,) = (one for one in packed.namelist()
                   if one.endswith(".ndjson") and "_audit" not in one)  # fmt: skip
        data = packed.read(name)
    kibana.ask("POST", "/api/detection_engine/index", fine=(409,))
    boundary = secrets.token_hex(16)
    part = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    raw = b"--%b\r\n%b%b\r\n--%b--\r\n" % (boundary.encode(), part, data, boundary.encode())
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    answer = kibana.ask("POST", f"{_RULES}/_import?overwrite=true", raw=raw, headers=kind)
    if answer["errors"]:
        raise EngineBroken(f"Kibana refused {len(answer['errors'])} rules: {answer['errors'][:3]}")
    rules = [json.loads(line) for line in data.splitlines()]
    if answer["success_count"] != len(rules):
        raise EngineBroken(f"Kibana took {answer['success_count']} of {len(rules)} rules")
    return rules


def loaded(elasticsearch: Web, events: Corpus) -> None:
    """Writes the events as documents of the Okta integration, under the pattern of the rules.

    Raises :class:`EngineBroken` where Elasticsearch does not take one.
    """
    catalog, layout = events.book.catalog, Layout()
    laid_out = {"mappings": mapping(catalog, layout), "settings": settings(layout)}
    elasticsearch.ask("PUT", f"/{_INDEX}", {**laid_out, "aliases": {_ALIAS: {}}})
    documents = [document(event, catalog).source for event in events.events]
    lines = [line for one in documents for line in ('{"index":{}}', json.dumps(one))]
    raw = "".join(f"{line}\n" for line in lines).encode()
    answer = elasticsearch.ask("POST", f"/{_INDEX}/_bulk?refresh=true", raw=raw)
    if answer["errors"]:
        refused = [one["index"]["error"] for one in answer["items"] if "error" in one["index"]]
        raise EngineBroken(f"Elasticsearch refused {len(refused)} events: {refused[0]['reason']}")


def runs(
    kibana: Web, elasticsearch: Web, rules: Sequence[Mapping[str, Any]], events: Corpus, now: int
) -> Iterator[Run]:
    """A run of each event rule over all events, and of each correlation at the times it fires."""
    by_id = {rule.meta.id: rule for rule in events.rules.values()}
    fields = Fields(events.book.catalog, events.book.settings.elastic)
    for shipped in rules:
        rule = by_id.get(shipped["rule_id"])
        if rule is None:  # native: no rule of ours says what it should find
            continue
        expected = events.found.get(rule.name, {})
        if not isinstance(rule, Correlation):
            whole = {**shipped, "from": f"now-{(now - events.first) // _MINUTE + 1}m"}
            seen = alerts(kibana, elasticsearch, whole, now, ["okta.uuid"])
            yield Run("kibana", rule.name, "all events", {*expected}, {*expected}, seen)
            continue
        keys = [key.name for key in key_fields(rule, fields)]
        reach = milliseconds(shipped["from"]) // 1000
        for time in sorted({*expected.values()})[:_MOMENTS]:
            at = time + _MINUTE
            must = {key for key, fired in expected.items() if fired == time}
            may = events.groups(rule, reach, at) | must
            seen = alerts(kibana, elasticsearch, shipped, at, keys)
            yield Run("kibana", rule.name, time_text(at), must, may, seen)


def alerts(
    kibana: Web, elasticsearch: Web, rule: Mapping[str, Any], at: int, keys: Sequence[str]
) -> Found:
    """What one run of a rule at a time would alert of, by the fields that name its alerts."""
    body = {**rule, "invocationCount": 1, "timeframeEnd": time_text(at)}
    answer = kibana.ask("POST", f"{_RULES}/preview", body)
    faults = [fault for log in answer["logs"] for fault in log["errors"]]
    if faults or answer.get("isAborted"):
        return Found(frozenset(), "; ".join(faults) or "the preview was aborted")
    query = {"term": {"kibana.alert.rule.uuid": answer["previewId"]}}
    asked = {"query": query, "size": _MOST, "_source": False,
             "fields": [{"field": key, "include_unmapped": True} for key in keys]}  # fmt: skip
    elasticsearch.ask("POST", f"/{_PREVIEWS}/_refresh?{_IF_THERE}")
    hits = elasticsearch.ask("POST", f"/{_PREVIEWS}/_search?{_IF_THERE}", asked)["hits"]["hits"]
    return Found(frozenset(_key(hit, keys) for hit in hits))


def _key(hit: Mapping[str, Any], keys: Sequence[str]) -> Key:
    """The values as the reference writes them: as JSON, but for text."""
    values = [hit.get("fields", {}).get(name, [""])[0] for name in keys]
    return tuple(one if isinstance(one, str) else json.dumps(one) for one in values)
