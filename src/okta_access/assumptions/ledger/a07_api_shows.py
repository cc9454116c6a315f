"""A7: whoever changes guardrails through the API shows as an app or by a tool's user agent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from okta_access.assumptions.bars import Answer, Bar
from okta_access.assumptions.esql import Esql, stats
from okta_access.assumptions.events import AccessEvent, ActorKind, AgentKind, agent_kind
from okta_access.assumptions.model import Assumption, Figure, Question
from okta_access.assumptions.signs import BROWSER, GUARDRAILS, TOOLS, planes_of
from okta_access.assumptions.spl import Spl, SplQuery, evals, sums
from okta_access.catalog.model import Catalog

_BAR = Bar(least=5)  # such changes are rare
_AGENT = "client.userAgent.rawUserAgent"
_FIGURES = {
    "by_apps": "app",
    "by_known_tools": "tool",
    "by_other_programs_or_without_user_agent": "other",
    "by_browsers": "browser",
}
_APPS, _TOOLS, _UNKNOWN, _ = _FIGURES
_NO_CHANGE = "invalidate"  # Okta finds a condition invalid; nobody changes it


@dataclass(slots=True)
class _ApiShows(Figure):
    _changes: Counter[str] = field(default_factory=Counter)

    def add(self, event: AccessEvent) -> None:
        changes = event.plane == GUARDRAILS and event.verb != _NO_CHANGE
        if not changes or event.kind is ActorKind.SYSTEM:
            return
        how = "app" if event.kind is ActorKind.APP else agent_kind(event.agent).value
        self._changes["other" if how == AgentKind.NONE else how] += 1

    def answer(self) -> Answer:
        known = self._changes["app"] + self._changes["tool"]
        return _BAR.answer(
            known,
            known + self._changes["other"],
            "guardrail changes without a browser that show an app or a tool",
            **{name: self._changes[how] for name, how in _FIGURES.items()},
        )


def _changes(catalog: Catalog) -> list[str]:
    guardrails = planes_of(catalog).get(GUARDRAILS, [])
    return sorted(name for name in guardrails if not name.endswith(f".{_NO_CHANGE}"))


def _spl(spl: Spl) -> SplQuery:
    tool = spl.has(_AGENT, f"(?i)(?:{'|'.join(TOOLS)})")
    browser = spl.has(_AGENT, f"(?i)^{BROWSER}")
    how = f'if({tool}, "tool", if({browser}, "browser", "other"))'
    how = f'if({spl.by_app}, "app", {how})'
    return spl.terms(_changes(spl.names.catalog)), [
        evals(
            f'how=if({spl.by_system}, "system", {how})',
            *(f'{name}=if(how="{kind}", 1, 0)' for name, kind in _FIGURES.items()),
        ),
        sums(*_FIGURES),
    ]


def _esql(esql: Esql) -> list[str]:
    agent = esql.lower(_AGENT)
    cases = [
        f'{esql.by_system}, "system"',
        f'{esql.by_app}, "app"',
        " OR ".join(f'{agent} LIKE "*{tool}*"' for tool in TOOLS) + ', "tool"',
        f'{agent} LIKE "{BROWSER}*", "browser"',
        '"other"',
    ]
    return [
        f"WHERE {esql.is_one_of(_changes(esql.names.catalog))}",
        "EVAL how = CASE(" + ",\n    ".join(cases) + ")",
        stats(*(f'{name} = COUNT(*) WHERE how == "{kind}"' for name, kind in _FIGURES.items())),
    ]


ASSUMPTION = Assumption(
    id="A7",
    statement="changes through the API are logged with an app as the actor or a tell-tale user"
    " agent",
    upheld="changes that no browser made come from an app or a known tool",
    contradicted="users change guardrails without a browser and without a known tool",
    otherwise="rules about apps and scripts are silent",
    figure=_ApiShows,
    questions=(
        Question(
            "a7",
            tuple(_FIGURES),
            f"{_APPS} and {_TOOLS}, of these and {_UNKNOWN} together. {_BAR.words}",
            _spl,
            _esql,
        ),
    ),
)
