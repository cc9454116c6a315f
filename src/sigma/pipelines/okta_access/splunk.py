"""The pipeline ``okta_splunk``: pySigma's Splunk backend prints our own searches.

Mapping fields and leaving the rest to the backend would not do: it loses a NOT before a regular
expression, widens ``?`` to ``*``, quotes referenced fields as texts, and cuts the windows of
correlations at the clock. So each rule is compiled as ``okta-access compile --target splunk`` does
it, with ``[splunk]`` of an ``okta-access.toml`` in the current folder, and handed to the backend as
one finished expression. What cannot be said truly is an error with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from warnings import warn

from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaTransformationError
from sigma.processing.pipeline import (
    ProcessingItem,
    ProcessingPipeline,
    QueryPostprocessingItem,
)
from sigma.processing.transformations.base import PreprocessingTransformation
from sigma.rule import SigmaRule

from okta_access.catalog.load import load_catalog
from okta_access.compile.splunk.app.conffile import Stanza
from okta_access.compile.splunk.app.security import folded
from okta_access.compile.splunk.query.correlations import correlation_search
from okta_access.compile.splunk.query.names import Names
from okta_access.compile.splunk.query.search import Search, source_terms
from okta_access.compile.splunk.query.spl import event_search
from okta_access.errors import OktaAccessError, Refused
from okta_access.rules.reading.pysigma import correlation_of
from okta_access.rules.settings.files import SplunkSettings, load_settings, settings_files
from sigma.pipelines.okta_access.handover import Compiled, PrintCorrelation, finished

_DEFAULT, _SAVED = "default", "savedsearches"


@dataclass
class _Compiled(Compiled):
    """What was compiled, and how it is printed."""

    @cached_property
    def settings(self) -> SplunkSettings:
        """Of the current folder; read when first needed, so that listing pipelines needs none."""
        return load_settings(settings_files((), None)).splunk

    @property
    def names(self) -> Names:
        """What fields are called there."""
        return Names(load_catalog(), self.settings.field_prefix)

    def text(self, search: Search) -> str:
        """The search as it is printed."""
        return search.pasted(source_terms(self.settings)).rstrip("\n")


@dataclass
class CompileTransformation(PreprocessingTransformation):
    """Replaces a rule's detection by the search that it means."""

    compiled: _Compiled

    def apply(self, rule: SigmaRule | SigmaCorrelationRule) -> None:
        """Compile the rule. Raises :class:`SigmaTransformationError` where it cannot be said."""
        variables = self._pipeline.vars if self._pipeline else {}
        form = str(variables.get("output_format") or _DEFAULT)
        try:
            if isinstance(rule, SigmaRule):
                self._event_rule(rule, form)
            else:
                self._correlation(rule, form)
        except OktaAccessError as error:
            raise SigmaTransformationError(f"{rule.title}: {error.message}") from error
        self.processing_item_applied(rule)

    def _event_rule(self, rule: SigmaRule, form: str) -> None:
        if form not in (_DEFAULT, _SAVED):
            raise Refused(f"the format {form} asks a data model, which has none of Okta's fields")
        compiled = self.compiled.read(rule)
        if form == _SAVED:
            _make_safe(rule)
        search = event_search(compiled, self.compiled.names)
        rule.detection = finished(self.compiled.text(search))
        # A table of the rule's fields would be appended to a search whose results have other names.
        rule.fields = []

    def _correlation(self, rule: SigmaCorrelationRule, form: str) -> None:
        """Compile it, and leave the backend one that it can print and that is then replaced."""
        if form != _DEFAULT:
            raise Refused("correlations are converted in the default format only")
        read = correlation_of(rule.to_dict(), load_catalog())
        bases = tuple(self.compiled.base(reference.rule) for reference in rule.referenced_rules)
        search = correlation_search(read, bases, self.compiled.names)
        self.compiled.correlation(rule, self.compiled.text(search))


def okta_splunk() -> ProcessingPipeline:
    """Rules for Okta's System Log as Splunk's Add-on for Okta Identity Cloud keeps it."""
    compiled = _Compiled("*")
    return ProcessingPipeline(
        name="Okta access for Splunk",
        allowed_backends=frozenset({"splunk"}),
        priority=20,
        items=[
            ProcessingItem(
                identifier="okta_access_splunk_search",
                transformation=CompileTransformation(compiled),
            ),
        ],
        postprocessing_items=[
            QueryPostprocessingItem(
                identifier="okta_access_splunk_correlation",
                transformation=PrintCorrelation(compiled),
            ),
        ],
    )


def _make_safe(rule: SigmaRule) -> None:
    """Titles and descriptions that open no stanza of their own; the backend escapes nothing.

    Raises :class:`Refused` for a title that cannot name a stanza.
    """
    warn(
        "the format savedsearches has a [default] stanza, a time range of 30 days and no schedule;"
        " okta-access compile --target splunk-conf writes searches that are ready to be enabled",
        stacklevel=2,
    )
    rule.description = folded(rule.description or "")
    Stanza(rule.title, {"description": rule.description})
