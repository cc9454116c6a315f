"""Detection rules for Okta access events: catalogue, linter, compilers, scanner and proof.

What this module exports is the public library, and all of it; every other name, whatever room of
the package it lies in, is private and may change in any release. Importing it is cheap: what a name
needs is loaded when the name is first used.

>>> import okta_access
>>> rules = okta_access.load_rules()
>>> event = {"eventType": "access.request.sequence.delete", "actor": {"type": "User"}}
>>> [alert.level.value for alert in okta_access.scan_events(rules, [event])]
['medium']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okta_access.api.backtesting import backtest_files
    from okta_access.api.bundling import Bundle, LintErrors, NotProven, build_bundle
    from okta_access.api.cluster import backtest_cluster
    from okta_access.api.compiling import Compilation, compile_rules
    from okta_access.api.explaining import Explanation, explain_alert, explain_event
    from okta_access.api.generating import Generated, generate_events
    from okta_access.api.linting import lint_rules
    from okta_access.api.proving import prove_rules
    from okta_access.api.rulebook import RuleBook, load_rules, packaged_rules
    from okta_access.api.scanning import scan_events, scan_files
    from okta_access.backtest.report import Report as BacktestReport
    from okta_access.cluster.access import Access
    from okta_access.cluster.client import Cluster
    from okta_access.compile.model import Translation, Verdict
    from okta_access.errors import (
        CatalogError,
        EngineError,
        InputError,
        NothingToRead,
        OktaAccessError,
        Problem,
        RuleError,
        SettingsError,
        Span,
    )
    from okta_access.lint.findings import Finding, Severity
    from okta_access.lint.outcome import Outcome as LintReport
    from okta_access.logs.envelopes import Envelope
    from okta_access.logs.rejects import Reject
    from okta_access.prove.evidence import Report as ProofReport
    from okta_access.rules.model import Level
    from okta_access.scan.alerts import Alert

__version__ = "0.1.0"

_HOMES = {
    "Access": "cluster.access.Access",
    "Alert": "scan.alerts.Alert",
    "BacktestReport": "backtest.report.Report",
    "Bundle": "api.bundling.Bundle",
    "CatalogError": "errors.CatalogError",
    "Cluster": "cluster.client.Cluster",
    "Compilation": "api.compiling.Compilation",
    "EngineError": "errors.EngineError",
    "Envelope": "logs.envelopes.Envelope",
    "Explanation": "api.explaining.Explanation",
    "Finding": "lint.findings.Finding",
    "Generated": "api.generating.Generated",
    "InputError": "errors.InputError",
    "Level": "rules.model.Level",
    "LintErrors": "api.bundling.LintErrors",
    "LintReport": "lint.outcome.Outcome",
    "NotProven": "api.bundling.NotProven",
    "NothingToRead": "errors.NothingToRead",
    "OktaAccessError": "errors.OktaAccessError",
    "Problem": "errors.Problem",
    "ProofReport": "prove.evidence.Report",
    "Reject": "logs.rejects.Reject",
    "RuleBook": "api.rulebook.RuleBook",
    "RuleError": "errors.RuleError",
    "SettingsError": "errors.SettingsError",
    "Severity": "lint.findings.Severity",
    "Span": "errors.Span",
    "Translation": "compile.model.Translation",
    "Verdict": "compile.model.Verdict",
    "backtest_cluster": "api.cluster.backtest_cluster",
    "backtest_files": "api.backtesting.backtest_files",
    "build_bundle": "api.bundling.build_bundle",
    "compile_rules": "api.compiling.compile_rules",
    "explain_alert": "api.explaining.explain_alert",
    "explain_event": "api.explaining.explain_event",
    "generate_events": "api.generating.generate_events",
    "lint_rules": "api.linting.lint_rules",
    "load_rules": "api.rulebook.load_rules",
    "packaged_rules": "api.rulebook.packaged_rules",
    "prove_rules": "api.proving.prove_rules",
    "scan_events": "api.scanning.scan_events",
    "scan_files": "api.scanning.scan_files",
}
"""Where each name comes from, below this package."""

__all__ = [
    "Access",
    "Alert",
    "BacktestReport",
    "Bundle",
    "CatalogError",
    "Cluster",
    "Compilation",
    "EngineError",
    "Envelope",
    "Explanation",
    "Finding",
    "Generated",
    "InputError",
    "Level",
    "LintErrors",
    "LintReport",
    "NotProven",
    "NothingToRead",
    "OktaAccessError",
    "Problem",
    "ProofReport",
    "Reject",
    "RuleBook",
    "RuleError",
    "SettingsError",
    "Severity",
    "Span",
    "Translation",
    "Verdict",
    "__version__",
    "backtest_cluster",
    "backtest_files",
    "build_bundle",
    "compile_rules",
    "explain_alert",
    "explain_event",
    "generate_events",
    "lint_rules",
    "load_rules",
    "packaged_rules",
    "prove_rules",
    "scan_events",
    "scan_files",
]


if not TYPE_CHECKING:  # a type checker is to see the names above, and no others

    def __getattr__(name: str) -> object:
        """What a name stands for, loaded when it is first used (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, _, attribute = _HOMES[name].rpartition(".")
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), attribute)
        return value


def __dir__() -> list[str]:
    """The public names, whether they were loaded yet or not."""
    return __all__
