"""What the three targets of query texts share: a file a rule, a verdict a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from okta_access.compile.elastic.fields import Fields
from okta_access.compile.model import Job, Output, Translation, Verdict
from okta_access.compile.write import check_rule_name
from okta_access.errors import Refused
from okta_access.rules.model import Correlation, EventRule, Rule

EventText = Callable[[EventRule, Fields], str]
CorrelationText = Callable[
    [Correlation, tuple[EventRule, ...], Fields], tuple[str, Verdict, str | None]
]


@dataclass(frozen=True, slots=True)
class TextTarget:
    """A language: how it says an event rule, and a correlation, how truly, and what to know of it.

    Both raise :class:`Refused` for what they cannot say truly. ``note`` goes with every text.
    """

    name: str
    suffix: str
    event: EventText
    correlation: CorrelationText
    note: str | None = None

    def compile(self, job: Job) -> Output:
        """A file ``<rule>.<suffix>`` for each rule that can be said; the others are refused."""
        translations = tuple(self.translate(rule, job) for rule in job.rules.all_rules)
        files = {
            f"{one.rule}.{self.suffix}": f"{one.text}\n".encode()
            for one in translations
            if one.text is not None
        }
        return Output(files, translations)

    def translate(self, rule: Rule, job: Job) -> Translation:
        """One rule in this language, or the reason why not."""
        fields = Fields(job.catalog, job.settings.elastic)
        try:
            check_rule_name(rule.name)
            if isinstance(rule, EventRule):
                text, verdict, note = self.event(rule, fields), Verdict.EXACT, self.note
            else:
                text, verdict, note = self.correlation(rule, job.rules.referenced(rule), fields)
        except Refused as refusal:
            return refused(rule, self.name, refusal)
        return Translation(rule.name, self.name, verdict, text, note)


def refused(rule: Rule, target: str, refusal: Refused) -> Translation:
    """The translation of a rule that cannot be said: its reason and, where there is one, a hint."""
    hint = f" ({refusal.hint})" if refusal.hint else ""
    return Translation(rule.name, target, Verdict.REFUSED, None, f"{refusal.message}{hint}")
