"""What the texts of a release were compiled from besides its Sigma sources, for whoever checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from okta_access.catalog.load import Parts
from okta_access.catalog.model import Catalog
from okta_access.compile.identity import is_packaged
from okta_access.rules.collection import RuleSet
from okta_access.rules.settings.files import Settings

INPUTS = "inputs.json"
SOURCES = "sigma"
_FORM: Literal["okta-access-inputs/1"] = "okta-access-inputs/1"


class Inputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rules that were asked for, the settings in force and the catalogue.

    ``rules`` are paths below ``sigma/``; what else lies there are rules that these refer to, and
    filters that narrow them. ``own`` are those of all rules that did not come with the package.
    """

    form: Literal["okta-access-inputs/1"]
    rules: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    own: tuple[str, ...]
    settings: Settings
    catalog: Parts


def inputs_file(rules: RuleSet, settings: Settings, catalog: Catalog) -> bytes:
    """The file's content, as JSON."""
    parts = Parts(
        tuple(catalog.events.values()),
        tuple(catalog.fields.values()),
        tuple(catalog.envelope.values()),
    )
    metas = [rule.meta for rule in (*rules.all_rules, *rules.context)]
    own = dict.fromkeys(source_path(meta.file) for meta in metas if not is_packaged(meta))
    value = Inputs(_FORM, tuple(map(source_path, rules.files)), tuple(own), settings, parts)
    return (json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False) + "\n").encode()


def read_inputs(data: bytes) -> Inputs:
    """The inputs again. Raises :class:`msgspec.DecodeError` saying what is wrong."""
    return msgspec.json.decode(data, type=Inputs)


def source_path(file: str) -> str:
    """Where a rule file lies below ``sigma/``: as below its ``rules`` folder.

    >>> source_path("x/rules/rules/audit/a.yml"), source_path("b.yml")
    ('audit/a.yml', 'b.yml')
    """
    parts = Path(file).parts
    if "rules" not in parts:
        return parts[-1]
    last = len(parts) - 1 - parts[::-1].index("rules")
    return "/".join(parts[last + 1 :])
