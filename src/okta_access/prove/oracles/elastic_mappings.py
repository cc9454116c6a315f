"""Index mappings as a Fleet-installed Okta integration has them.

Types were read in elastic/integrations, ``packages/okta/data_stream/system/fields/fields.yml``;
what surrounds them in Kibana's Fleet (keywords get ``ignore_above: 1024``, flattened fields get
none) and in Elasticsearch's own ``logs@settings`` (``ignore_malformed: true``) and
``ecs@mappings`` component templates, out of which Fleet composes every index of ``logs-*``.

Two deviations, on purpose. ``@timestamp`` and ``okta.client.ip`` are always lenient, because the
pipeline has dropped by then what is no time or no address, and the engine's own parsers say what
that is. And ``wildcard``, ``constant_keyword`` and ``match_only_text`` are not used, which the
server that can be had lacks (none of them stands behind a field that a rule can name).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okta_access.catalog.model import PUBLISHED, Catalog, Field, FieldType
from okta_access.prove.oracles.elastic_documents import TARGETS

IGNORE_ABOVE = 1024
"""Keywords longer than this, in UTF-16 code units, are as if absent."""

_KEYWORD: Mapping[str, Any] = {"type": "keyword", "ignore_above": IGNORE_ABOVE}
_IP: Mapping[str, Any] = {"type": "ip", "ignore_malformed": True}
# `iso8601` is the format of the pipeline's date processor.
_TIME: Mapping[str, Any] = {"type": "date", "format": "iso8601", "ignore_malformed": True}
_TYPES: Mapping[FieldType, Mapping[str, Any]] = {
    FieldType.STRING: _KEYWORD,
    FieldType.ENUM: _KEYWORD,
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.IP: _IP,
}
_BESIDE: Mapping[str, Mapping[str, Any]] = {
    "client.ip": _IP,
    "source.ip": _IP,
    "event.ingested": {"type": "date"},
    **dict.fromkeys(
        (
            "data_stream.dataset", "data_stream.namespace", "data_stream.type", "event.action",
            "event.dataset", "event.id", "event.kind", "event.module", "event.outcome",
            "okta.display_message", f"{TARGETS}.display_name", "user_agent.original",
        ),
        _KEYWORD,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """How an index is laid out.

    ``flattened_targets``: ``okta.target`` is one field of type flattened, as the integration had
    it before elastic/integrations pull request 11501. ``ignore_malformed``: a value of a wrong
    type is dropped and the document kept; without it, as on older stacks, the whole document is
    refused.
    """

    flattened_targets: bool = False
    ignore_malformed: bool = True


def mapping(catalog: Catalog, layout: Layout) -> dict[str, Any]:
    """The ``mappings`` of an index for events with the fields of this catalogue."""
    types: dict[str, Mapping[str, Any]] = dict(_BESIDE)
    for field in (*catalog.fields.values(), *catalog.envelope.values()):
        types[field.elastic] = _type(field)
    if layout.flattened_targets:
        types = {name: type_ for name, type_ in types.items() if not name.startswith(f"{TARGETS}.")}
        types[TARGETS] = {"type": "flattened"}
    return {
        "date_detection": False,
        "dynamic_templates": [{"strings": {"match_mapping_type": "string", "mapping": _KEYWORD}}],
        "properties": _properties(types),
    }


def settings(layout: Layout) -> dict[str, Any]:
    """The ``settings`` of an index for one load of events, read once and thrown away."""
    return {
        "index.number_of_shards": 1,
        "index.number_of_replicas": 0,
        "index.refresh_interval": -1,
        "index.translog.durability": "async",
        "index.mapping.ignore_malformed": layout.ignore_malformed,
        # Answers are fetched whole; the default of 10,000 would cut them.
        "index.max_result_window": 10_000_000,
    }


def _type(field: Field) -> Mapping[str, Any]:
    return _TIME if field.path == PUBLISHED else _TYPES[field.type]


def _properties(types: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, type_ in types.items():
        *parents, last = name.split(".")
        place = root
        for parent in parents:
            place = place.setdefault(parent, {}).setdefault("properties", {})
        place[last] = dict(type_)
    return root
