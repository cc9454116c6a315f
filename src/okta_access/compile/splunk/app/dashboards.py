"""The app's two dashboards (Simple XML): what was found, and what the events can carry."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from okta_access.compile.splunk.app.macros import ALERTS_MACRO
from okta_access.compile.splunk.app.preflight import Report

OVERVIEW = "okta_access_overview"
PREFLIGHT = "okta_access_preflight"
ASSUMPTIONS = "okta_access_assumptions"
_TABLE, _CHART = "table", "chart"
_LAST = 'convert timeformat="%Y-%m-%d %H:%M" ctime(last)'
_RULES = (
    "stats count AS alerts dc(user) AS actors max(_time) AS last"
    " BY okta_access_level, okta_access_rule"
)
_ACTORS = (
    "stats count AS alerts dc(okta_access_rule) AS different_rules"
    " values(okta_access_rule) AS rules values(src) AS src max(_time) AS last BY user"
)
_DAYS = ('eval day=strftime(_time, "%Y-%m-%d")', "chart count OVER okta_access_rule BY day limit=0")
_LATEST = (
    "table _time okta_access_level okta_access_rule user src src_country command object_id result"
    " uuid"
)
_PANELS = (
    ("Alerts a day, by level", _CHART, ("timechart span=1d count BY okta_access_level",)),
    ("Alerts by rule", _TABLE, (_RULES, _LAST, "sort 0 -alerts")),
    ("Alerts by actor", _TABLE, (_ACTORS, _LAST, "sort 0 -alerts")),
    ("Alerts by rule and day", _TABLE, _DAYS),
    ("Latest alerts", _TABLE, ("sort 200 -_time", _LATEST)),
)
_TIME = (
    '<fieldset submitButton="false"><input type="time" token="time"><label>Time</label><default>'
    "<earliest>-30d@d</earliest><latest>now</latest></default></input></fieldset>"
)
_OTHER_VIEWS = (PREFLIGHT, ASSUMPTIONS, "reports", "alerts", "search")
_RANGE = "<earliest>$time.earliest$</earliest><latest>$time.latest$</latest>"


def overview() -> str:
    """Alerts by rule, actor and day."""
    rows = [
        _panel(title, kind, " | ".join((f"`{ALERTS_MACRO}`", *commands)))
        for title, kind, commands in _PANELS
    ]
    note = (
        "What the enabled searches of this app found, from the index that the macro "
        f"{ALERTS_MACRO} names."
    )
    return _form("Okta access: overview", note, rows)


def preflight(reports: tuple[Report, ...]) -> str:
    """The preflight reports, a panel each."""
    rows = [_panel(one.title, _TABLE, one.search, one.meaning) for one in reports]
    note = (
        "Look here before enabling anything: which events and fields this installation has, and"
        " so which rules can find something."
    )
    return _form("Okta access: preflight", note, rows)


def assumptions(reports: tuple[Report, ...]) -> str:
    """What the events say of the assumptions that rules rest on, a panel a question."""
    rows = [_panel(one.title, _TABLE, one.search, one.meaning) for one in reports]
    note = (
        "Each search names in its description the assumptions that it rests on; here is what your"
        " events say of them. Look at some weeks, for sign-ins show where people really are."
    )
    return _form("Okta access: assumptions", note, rows)


def navigation(guides: Iterable[str]) -> str:
    """The app's menu; ``guides`` names the views of the triage guides."""
    inside = "".join(f"    <view name={quoteattr(name)}/>\n" for name in guides)
    menu = f'  <collection label="Triage">\n{inside}  </collection>\n'
    first = f'  <view name={quoteattr(OVERVIEW)} default="true"/>\n'
    others = "".join(f"  <view name={quoteattr(name)}/>\n" for name in _OTHER_VIEWS)
    return f'<nav search_view="search">\n{first}{menu}{others}</nav>\n'


def _form(label: str, description: str, rows: list[str]) -> str:
    return (
        f'<form version="1.1" theme="light">\n  <label>{escape(label)}</label>\n'
        f"  <description>{escape(description)}</description>\n  {_TIME}\n"
        f"{''.join(rows)}</form>\n"
    )


def _panel(title: str, kind: str, search: str, text: str = "") -> str:
    html = f"<html><p>{escape(text)}</p></html>" if text else ""
    options = "".join(
        f'<option name="charting.{name}">{value}</option>'
        for name, value in (("chart", "column"), ("chart.stackMode", "stacked"))
        if kind == _CHART
    )
    return (
        f"  <row><panel><title>{escape(title)}</title>{html}<{kind}>"
        f"<search><query>{escape(search)}</query>{_RANGE}</search>{options}</{kind}></panel></row>\n"
    )
