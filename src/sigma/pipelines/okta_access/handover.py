"""How finished queries are handed to pySigma's backends, so that these print them as they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sigma.conversion.state import ConversionState
from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationFieldAliases,
    SigmaCorrelationRule,
    SigmaCorrelationType,
)
from sigma.processing.postprocessing import QueryPostprocessingTransformation
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections, SigmaRule
from sigma.types import SigmaQueryExpression

from okta_access.catalog.load import load_catalog
from okta_access.errors import Refused
from okta_access.rules.model import EventRule
from okta_access.rules.reading.pysigma import rule_of

_FIELD = "eventType"  # an expression needs a field, which the finished query does not print


@dataclass
class Compiled:
    """What was compiled in one conversion, by the identity of pySigma's rule objects.

    ``placeholder`` is what the backend is told of a base rule that it has not come to yet.
    """

    placeholder: str
    rules: dict[int, EventRule] = field(default_factory=dict)
    correlations: dict[int, str] = field(default_factory=dict)

    def read(self, rule: SigmaRule) -> EventRule:
        """The rule as the model has it; kept for the correlations that refer to it."""
        compiled = self.rules[id(rule)] = rule_of(rule.to_dict(), load_catalog())
        return compiled

    def base(self, rule: SigmaRule | SigmaCorrelationRule) -> EventRule:
        """A rule referred to, which pySigma 1.5 may not have come to yet: then it is read here."""
        if isinstance(rule, SigmaCorrelationRule):
            raise Refused("it refers to a correlation; chains are not supported")
        if id(rule) not in self.rules:
            self.read(rule)
            rule.set_conversion_result([self.placeholder])
            rule.set_conversion_states([ConversionState()])
        return self.rules[id(rule)]

    def correlation(self, rule: SigmaCorrelationRule, text: str) -> None:
        """Keep the query, and leave the backend a correlation that it can print in its place."""
        self.correlations[id(rule)] = text
        rule.type = SigmaCorrelationType.EVENT_COUNT
        rule.condition = SigmaCorrelationCondition(SigmaCorrelationConditionOperator.GTE, 1)
        rule.aliases = SigmaCorrelationFieldAliases()


def finished(text: str) -> SigmaDetections:
    """A detection that prints as this text. pySigma formats expressions, so braces are doubled."""
    value = SigmaQueryExpression(text.replace("{", "{{").replace("}", "}}"), "query")
    item = SigmaDetectionItem(_FIELD, [], [value])
    return SigmaDetections({"query": SigmaDetection([item])}, ["query"])


@dataclass
class PrintCorrelation(QueryPostprocessingTransformation):
    """Prints the compiled correlation instead of what the backend made of it."""

    compiled: Compiled

    def apply(self, rule: SigmaRule | SigmaCorrelationRule, query: Any) -> Any:
        """The query that was compiled for this rule, or the backend's."""
        super().apply(rule, query)
        return self.compiled.correlations.get(id(rule), query)
