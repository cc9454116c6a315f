"""What one run of the linter looks at, and what its checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

from okta_access.catalog.model import Catalog
from okta_access.rules.collection import RuleSet
from okta_access.rules.filters import Filter
from okta_access.rules.model import Correlation, EventRule, Expr, Rule
from okta_access.rules.reading.document import RuleDocument
from okta_access.rules.settings.files import SettingsFile

T = TypeVar("T")


class Run:
    """The rules, the catalogue and the settings files of a run.

    Several checks need the same view of the rules (every use of a field, every broken clause of
    the schema); :meth:`once` works such a view out on first need and keeps it for the run.
    """

    def __init__(
        self, rule_set: RuleSet, catalog: Catalog, settings: Sequence[SettingsFile] = ()
    ) -> None:
        self.rule_set = rule_set
        self.catalog = catalog
        self.settings = settings
        self._views: dict[object, object] = {}

    @property
    def documents(self) -> tuple[RuleDocument, ...]:
        """All documents of all files, broken ones included."""
        return self.rule_set.documents

    @property
    def all_documents(self) -> tuple[RuleDocument, ...]:
        """Those of the rules that these extend too, which come first."""
        return (*self.rule_set.inherited, *self.documents)

    def whole_documents(self) -> Iterator[Rule | Filter]:
        """The whole rules and filters, those that these extend or refer to included."""
        for document in self.all_documents:
            one = document.rule or document.filter
            if one is not None:
                yield one
        yield from self.rule_set.context
        yield from self.rule_set.filters

    def event_rules(self) -> Iterator[tuple[RuleDocument, EventRule]]:
        """The whole event rules, each with its document."""
        for document in self.documents:
            if isinstance(document.rule, EventRule):
                yield document, document.rule

    def correlations(self) -> Iterator[tuple[RuleDocument, Correlation]]:
        """The whole correlations, each with its document; their references may not resolve."""
        for document in self.documents:
            if isinstance(document.rule, Correlation):
                yield document, document.rule

    def expressions(self) -> Iterator[tuple[RuleDocument, Expr]]:
        """The expressions of the whole event rules and filters, each with its document."""
        for document in self.documents:
            if isinstance(document.rule, EventRule):
                yield document, document.rule.expr
            elif document.filter is not None:
                yield document, document.filter.expr

    def once(self, view: Callable[[Run], T]) -> T:
        """What ``view`` makes of this run; made once."""
        if view not in self._views:
            self._views[view] = view(self)
        return cast(T, self._views[view])
