"""The settings of a run: ``rules/defaults.toml`` under the user's ``okta-access.toml``.

The same settings hold for compiling, scanning and back-testing. A mistake is an error with file,
line and a hint; an unknown key is a mistake.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from okta_access.errors import InputError, SettingsError, Span
from okta_access.rules.model import Level

SETTINGS_FILE = Path("okta-access.toml")
_WHOLE = Annotated[int, msgspec.Meta(ge=1)]
# An index, alias, data stream or pattern of these, perhaps of a remote cluster.
_INDEX = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9*][a-z0-9*_-]*:)?[a-z0-9*.][a-z0-9*._-]*$")]
# Where the profile stands once read: no key of a settings file looks so.
_PROFILE = "[rules] profile"
_SPAN = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,8}[smhdw]$")]


class _Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Tables of the settings: every key is known, every key is optional."""


class RuleSettings(_Struct, frozen=True):
    """What may be changed of one rule; None leaves the rule as it is.

    ``reason`` is printed where ``enabled = false`` takes effect.
    """

    enabled: bool | None = None
    reason: str = ""
    level: Level | None = None
    threshold: _WHOLE | None = None
    timespan: _SPAN | None = None


class ElasticSettings(_Struct, frozen=True):
    """Where Elastic keeps the events, and for which stack rules are written.

    ``targets = "flattened"`` is for data of Okta integrations before version 3, whose
    ``okta.target`` is one flattened field, also where newer data lies beside it. ``attack`` is
    the version of ATT&CK that Kibana shows: 19 from stack 9.5 on. ``interval`` is how often
    Kibana runs a rule, ``lateness`` how late an event may reach the cluster; both in minutes.
    """

    index: Annotated[tuple[_INDEX, ...], msgspec.Meta(min_length=1)] = ("logs-okta*",)
    targets: Literal["group", "flattened"] = "group"
    attack: Literal[18, 19] = 19
    interval: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 5
    lateness: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 5


class SplunkSettings(_Struct, frozen=True):
    """Where Splunk keeps the events, how searches are scheduled, and for which products.

    ``field_prefix`` stands before each field where a route nests the event (``detail.``). Searches
    run every ``interval`` and take in events that were indexed up to ``lateness`` after they
    happened. ``summary_index`` keeps what they find, for the dashboard; empty: nothing is kept.
    ``es`` is the major version of Enterprise Security.
    """

    index: str = "okta"
    sourcetypes: tuple[str, ...] = ("OktaIM2:log",)
    field_prefix: str = ""
    interval: Literal["5m", "10m", "15m", "20m", "30m", "60m"] = "15m"
    lateness: _SPAN = "24h"
    summary_index: str = "summary"
    es: Literal[7, 8] = 8


class Settings(_Struct, frozen=True):
    """All settings; ``lists`` fill the placeholders of rules, ``rules`` change single rules.

    ``profile``, written as a key of ``[rules]`` among their tables, leaves out the rules beyond it.
    """

    elastic: ElasticSettings = ElasticSettings()
    splunk: SplunkSettings = SplunkSettings()
    lists: dict[str, tuple[str, ...]] = {}
    rules: dict[str, RuleSettings] = {}
    profile: Literal["core", "extended"] | None = msgspec.field(default=None, name=_PROFILE)


def load_settings(files: Iterable[Path]) -> Settings:
    """The settings of these files, later ones over earlier ones, key by key.

    Raises :class:`InputError` for a file that cannot be read, :class:`SettingsError` for one with
    a mistake.
    """
    merged: dict[str, Any] = {}
    for path in files:
        merged = _merged(merged, _read(path))
    return msgspec.convert(merged, Settings)


def settings_files(rule_files: Iterable[str], user: Path | None) -> tuple[Path, ...]:
    """``defaults.toml`` of each ``rules`` folder that was read, then the user's file.

    ``user`` None takes ``okta-access.toml`` of the current folder, where there is one.
    """
    roots: dict[Path, None] = {}
    for folder in dict.fromkeys(Path(file).parent for file in rule_files):
        parents = [p for p in (folder, *folder.parents) if p.name == "rules"]
        roots.update(dict.fromkeys(parents[:1]))
    found = [root / "defaults.toml" for root in roots if (root / "defaults.toml").is_file()]
    if user is not None:
        return (*found, user)
    return (*found, SETTINGS_FILE) if SETTINGS_FILE.is_file() else tuple(found)


def settings_schema() -> dict[str, Any]:
    """The JSON Schema of a settings file, for editors."""
    schema = msgspec.json.schema(Settings)
    properties = schema["$defs"][Settings.__name__]["properties"]
    properties["rules"] = {
        **properties["rules"],
        "properties": {"profile": properties.pop(_PROFILE)},
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(
            f"cannot read the settings: {error.strerror}", span=Span.whole(str(path))
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError("not UTF-8 text", span=Span(str(path))) from error
    try:
        raw = _lifted(tomllib.loads(text))
        msgspec.convert(raw, Settings)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        span = Span(str(path), int(place[1]), int(place[2])) if place else Span(str(path))
        raise SettingsError(f"not TOML: {str(error).split(' (at ')[0]}", span=span) from error
    except msgspec.ValidationError as error:
        raise _mistake(str(error), text, path) from error
    return raw


def _lifted(raw: dict[str, Any]) -> dict[str, Any]:
    """The profile, which stands among tables of rules, on a place of its own."""
    rules = raw.get("rules")
    if not isinstance(rules, dict) or isinstance(rules.get("profile", {}), dict):
        return raw
    rest = {name: value for name, value in rules.items() if name != "profile"}
    return {**raw, "rules": rest, _PROFILE: rules["profile"]}


def _mistake(message: str, text: str, path: Path) -> SettingsError:
    """Msgspec names the path of a mistake but no line: find the line that sets its last key."""
    from difflib import get_close_matches

    unknown = re.search(r"unknown field `([^`]*)`", message)
    where = re.search(r"at `\$\.?([^`]*)`", message)
    steps = [s for s in re.split(r"[.\[\]]+", where[1]) if s.strip("0123456789.")] if where else []
    key = unknown[1] if unknown else (steps[-1] if steps else "")
    hint = None
    if unknown:
        close = get_close_matches(key, _known_keys(), 1)
        hint = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(_known_keys())}"
    reason = (
        message.split(" - at ", maxsplit=1)[0]
        .replace("Object contains u", "U")
        .replace("field", "key")
    )
    return SettingsError(
        f"{reason} (`{key}`)" if not unknown else reason, span=_line_of(key, text, path), hint=hint
    )


def _line_of(key: str, text: str, path: Path) -> Span:
    pattern = re.compile(rf"""^\s*(?:\[+[^\]]*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
    for number, line in enumerate(text.splitlines(), 1):
        if key and pattern.match(line):
            column = line.index(key) + 1
            return Span(str(path), number, column, number, column + len(key))
    return Span(str(path))


def _known_keys() -> list[str]:
    tables = (Settings, ElasticSettings, SplunkSettings, RuleSettings)
    return sorted({field for table in tables for field in table.__struct_fields__})


def _merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(low)
    for key, value in high.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value)
        else:
            result[key] = value
    return result
