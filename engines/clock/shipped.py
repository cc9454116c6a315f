"""What is shipped, as a SIEM reads it: Kibana's lines, and Splunk's stanzas and macros."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.clock.splunk import SplunkSearch
from okta_access.compile.model import Job, Verdict
from okta_access.compile.registry import target
from okta_access.compile.splunk.app.conffile import read
from okta_access.spl.beliefs import PAIRWISE
from okta_access.spl.engine import Splunk

_RULE_NAME = "action.summary_index.okta_access_rule"


@dataclass(frozen=True, slots=True)
class Shipped:
    """The files of a release: Kibana's rules by their ids, stanzas of alerting searches by rules.

    ``verdicts`` are those of Kibana's rules, by their names.
    """

    kibana: dict[str, Mapping[str, Any]]
    verdicts: Mapping[str, Verdict]
    stanzas: dict[str, Mapping[str, str]]
    macros: Mapping[str, str]

    @classmethod
    def of(cls, job: Job) -> Shipped:
        """The files that the rules of a job are compiled to, read back."""
        kibana, splunk = target("kibana").compile(job), target("splunk-conf").compile(job)
        lines = b"".join(d for name, d in kibana.files.items() if name.endswith(".ndjson"))
        stanzas = read(splunk.files["savedsearches.conf"].decode())
        macros = read(splunk.files["macros.conf"].decode())
        return cls(
            {rule["rule_id"]: rule for rule in map(json.loads, lines.splitlines())},
            {one.rule: one.verdict for one in kibana.translations},
            {one[_RULE_NAME]: one for _, one in stanzas if _RULE_NAME in one},
            {name: one["definition"] for name, one in macros},
        )

    def search(self, rule: str) -> SplunkSearch:
        """The search of the rule of this name."""
        return SplunkSearch(self.stanzas[rule], self.macros, Splunk(PAIRWISE[0]))
