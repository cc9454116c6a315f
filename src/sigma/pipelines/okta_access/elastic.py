"""The pipeline ``okta_elastic``: pySigma's Lucene, ES|QL and EQL backends print our own queries.

Mapping fields and leaving the rest to a backend would not do: the backends compare case, lists,
absent fields and addresses otherwise than the rule means, and cut the windows of correlations at
the clock. So each rule is compiled as ``okta-access compile`` does it, and handed to the backend as
one finished expression; what cannot be said truly is an error with its reason, which sigma-cli
reports (``--skip-unsupported`` goes on with the other rules).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from warnings import warn

from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaTransformationError
from sigma.processing.pipeline import (
    ProcessingItem,
    ProcessingPipeline,
    QueryPostprocessingItem,
)
from sigma.processing.transformations import SetStateTransformation
from sigma.processing.transformations.base import PreprocessingTransformation
from sigma.rule import SigmaRule

from okta_access.catalog.load import load_catalog
from okta_access.compile.elastic.eql.text import eql_condition
from okta_access.compile.elastic.esql.query import correlation_query
from okta_access.compile.elastic.esql.text import condition
from okta_access.compile.elastic.fields import Fields
from okta_access.compile.elastic.lucene.query_string import query_string
from okta_access.errors import Refused, RuleError
from okta_access.rules.model import Expr
from okta_access.rules.reading.pysigma import correlation_of
from sigma.pipelines.okta_access.handover import Compiled, PrintCorrelation, finished

_INDEX = "logs-okta*"
# The names that the backends have; pySigma 1.5 puts them into the pipeline's variables.
_LUCENE, _ESQL, _EQL = "Elasticsearch Lucene", "ES|QL backend", "Elasticsearch EQL"
_WRITERS: dict[str, Callable[[Expr, Fields], str]] = {
    _LUCENE: query_string,
    _ESQL: condition,
    _EQL: eql_condition,
}
# Lucene's other formats carry an index of their own, and take none from a pipeline.
_WITHOUT_INDEX = ("default", "dsl_lucene")


@dataclass
class CompileTransformation(PreprocessingTransformation):
    """Replaces a rule's detection by the query that it means in the backend's language."""

    compiled: Compiled

    def apply(self, rule: SigmaRule | SigmaCorrelationRule) -> None:
        """Compile the rule. Raises :class:`SigmaTransformationError` where it cannot be said."""
        variables = self._pipeline.vars if self._pipeline else {}
        backend, form = str(variables.get("backend")), str(variables.get("output_format"))
        try:
            if isinstance(rule, SigmaRule):
                self._event_rule(rule, backend, form)
            else:
                self._correlation(rule, backend, form)
        except (RuleError, Refused) as error:
            raise SigmaTransformationError(f"{rule.title}: {error.message}") from error
        self.processing_item_applied(rule)

    def _event_rule(self, rule: SigmaRule, backend: str, form: str) -> None:
        write = _WRITERS.get(backend)
        if write is None:
            raise Refused(f"okta_elastic is for {', '.join(_WRITERS)}, and not for {backend}")
        if backend == _LUCENE and form not in _WITHOUT_INDEX:
            hint = f"give -O index_names={_INDEX}"
            warn(f"without it this format names the index beats-*: {hint}", stacklevel=2)
        compiled = self.compiled.read(rule)
        rule.detection = finished(write(compiled.expr, Fields(load_catalog())))

    def _correlation(self, rule: SigmaCorrelationRule, backend: str, form: str) -> None:
        """Compile it, and leave the backend one that it can print and that is then replaced."""
        if backend != _ESQL or form != "default":
            raise Refused("correlations are converted to ES|QL in its default format only")
        read = correlation_of(rule.to_dict(), load_catalog())
        bases = tuple(self.compiled.base(reference.rule) for reference in rule.referenced_rules)
        self.compiled.correlation(rule, correlation_query(read, bases, Fields(load_catalog())))


def okta_elastic() -> ProcessingPipeline:
    """Rules for Okta's System Log as Elastic's Okta integration keeps it."""
    compiled = Compiled("true")
    return ProcessingPipeline(
        name="Okta access for Elastic's Okta integration",
        allowed_backends=frozenset({"lucene", "esql", "eql"}),
        priority=20,
        items=[
            ProcessingItem(
                identifier="okta_access_elastic_index",
                transformation=SetStateTransformation("index", _INDEX),
            ),
            ProcessingItem(
                identifier="okta_access_elastic_query",
                transformation=CompileTransformation(compiled),
            ),
        ],
        postprocessing_items=[
            QueryPostprocessingItem(
                identifier="okta_access_elastic_correlation",
                transformation=PrintCorrelation(compiled),
            ),
        ],
    )
