"""The target ``splunk``: one search a rule, whole, fit to paste into Splunk's search bar."""

from __future__ import annotations

from okta_access.compile.model import Job, Output, Translation, Verdict
from okta_access.compile.native import NativeText, native_rules
from okta_access.compile.splunk.app.ledger import ASSUMPTION_FILE, ledger_searches
from okta_access.compile.splunk.query.correlations import LIMIT, correlation_search
from okta_access.compile.splunk.query.first_seen import first_seen_search
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, source_terms
from okta_access.compile.splunk.query.spl import event_search
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule


class SplunkText:
    """Searches as text files."""

    name = "splunk"

    def compile(self, job: Job) -> Output:
        """A file ``<rule>.spl`` for each rule that can be said; the others are refused."""
        source = source_terms(job.settings.splunk)
        names = Names(job.catalog, job.settings.splunk.field_prefix)
        files: dict[str, bytes] = {}
        translations: list[Translation] = []
        for rule in job.rules.all_rules:
            try:
                text = _search(rule, job, names).pasted(source)
            except Refused as refusal:
                translations.append(
                    Translation(rule.name, self.name, Verdict.REFUSED, None, str(refusal))
                )
                continue
            files[f"{rule.name}.spl"] = text.encode()
            note = LIMIT if isinstance(rule, Correlation) else None
            translations.append(Translation(rule.name, self.name, Verdict.EXACT, text, note))
        natives: list[NativeText] = []
        for native, base in native_rules(job.rules):
            try:
                text = first_seen_search(native, base, names).pasted(source)
            except Refused as refusal:
                natives.append(NativeText(native, self.name, None, f"refused: {refusal}"))
                continue
            files[f"{native.name}.spl"] = text.encode()
            note = "finds every value with its first event in the time searched"
            natives.append(NativeText(native, self.name, text, note))
        for question, search in ledger_searches(names).items():
            files[ASSUMPTION_FILE.format(name=question)] = search.pasted(source).encode()
        return Output(files, tuple(translations), tuple(natives))


def _search(rule: EventRule | Correlation, job: Job, names: Names) -> Search:
    if isinstance(rule, EventRule):
        return event_search(rule, names)
    return correlation_search(rule, job.rules.referenced(rule), names)


TARGET = SplunkText()
