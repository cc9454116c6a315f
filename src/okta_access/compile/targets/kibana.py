"""The target ``kibana``: detection rules to import, and audit rules as building blocks.

Everything is imported disabled. The type is what says a rule best: ``query`` (in Lucene) for
single events, ``esql`` where two fields are compared, ``threshold`` for counts, because Kibana
then counts no event twice, ``esql`` for all other correlations, ``new_terms`` for native rules.
"""

from __future__ import annotations

import msgspec

from okta_access.compile.elastic.esql.ledger import ASSUMPTION_FILE, ledger_queries
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.kibana.correlations import Said, correlation_rule
from okta_access.compile.elastic.kibana.events import event_rule
from okta_access.compile.elastic.kibana.new_terms import NEW_TERMS_NOTE, new_terms_rule
from okta_access.compile.elastic.kibana.preflight import PREFLIGHT_FILE, preflight_query
from okta_access.compile.elastic.kibana.schema import KibanaRule, NotARule, read_rule, read_rules
from okta_access.compile.elastic.texts import refused
from okta_access.compile.model import Job, Output, Translation, Verdict
from okta_access.compile.native import NativeText, native_rules
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule, Rule

RULES_FILE = "{files}.ndjson"
AUDIT_FILE = "{files}_audit.ndjson"
_SILENT = "part of the rules that refer to it, and no rule of its own"


class Kibana:
    """Detection rules in the form in which Kibana imports them."""

    name = "kibana"

    def compile(self, job: Job) -> Output:
        """The two files, a line a rule, a query to run before, and how true each rule is there."""
        files = job.identity.files
        rules_file, audit_file = (name.format(files=files) for name in (RULES_FILE, AUDIT_FILE))
        lines: dict[str, list[bytes]] = {rules_file: [], audit_file: []}
        translations: list[Translation] = []
        by_id: dict[str, str] = {}
        for rule in job.rules.all_rules:
            try:
                said = _said(rule, job)
                first = by_id.setdefault(rule.meta.id, rule.name)
                if first != rule.name:
                    raise Refused(f"its id is that of {first}, and Kibana would keep one of them")
            except Refused as refusal:
                translations.append(refused(rule, self.name, refusal))
                continue
            translations.append(
                Translation(rule.name, self.name, said.verdict, said.rule.query, said.note)
            )
            if not (isinstance(rule, EventRule) and rule.silent):
                file = audit_file if said.rule.building_block_type else rules_file
                lines[file].append(_line(said.rule))
        fields = Fields(job.catalog, job.settings.elastic)
        natives: list[NativeText] = []
        for native, base in native_rules(job.rules):
            try:
                made = new_terms_rule(native, base, job)
            except Refused as refusal:
                natives.append(NativeText(native, self.name, None, f"refused: {refusal}"))
                continue
            lines[rules_file].append(_line(made))
            natives.append(NativeText(native, self.name, made.query, NEW_TERMS_NOTE))
        written = {name: b"".join(found) for name, found in lines.items() if found}
        for data in written.values():
            read_rules(data)
        preflight = preflight_query(fields)
        questions = {
            ASSUMPTION_FILE.format(name=name): f"{query}\n".encode()
            for name, query in ledger_queries(fields).items()
        }
        return Output(
            {**written, PREFLIGHT_FILE: f"{preflight}\n".encode(), **questions},
            tuple(translations),
            tuple(natives),
        )


def _said(rule: Rule, job: Job) -> Said:
    """The rule in Kibana's terms, held against everything that Kibana asks of one."""
    try:
        if isinstance(rule, Correlation):
            said = correlation_rule(rule, job)
        else:
            note = _SILENT if rule.silent else None
            said = Said(event_rule(rule, job), Verdict.EXACT, note)
        read_rule(_line(said.rule))
    except NotARule as error:
        raise Refused(error.message) from error
    return said


def _line(rule: KibanaRule) -> bytes:
    return msgspec.json.encode(rule) + b"\n"


TARGET = Kibana()
