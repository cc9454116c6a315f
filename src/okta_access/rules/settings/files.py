"""The settings of a run: ``rules/defaults.toml`` under the user's ``okta-access.toml``.

The same settings hold for compiling, scanning and back-testing. A mistake is an error with file,
line and a hint; an unknown key is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from okta_access.errors import InputError, Problem, SettingsError, Span
from okta_access.rules.model import Level
from okta_access.rules.reading import file_reads
from okta_access.rules.settings.places import Places, places
from okta_access.rules.settings.tables import tables

SETTINGS_FILE = Path("okta-access.toml")
NOT_TOML = "OA701"
_WHOLE = Annotated[int, msgspec.Meta(ge=1)]
# An index, alias, data stream or pattern of these, perhaps of a remote cluster.
_INDEX = Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9*][a-z0-9*_-]*:)?[a-z0-9*.][a-z0-9*._-]*$")]
# Where keys of [rules] that are no rules stand once read: no key of a settings file looks so.
OF_RULES = "[rules] "
_PROFILE = f"{OF_RULES}profile"
PACKS_KEY = f"{OF_RULES}packs"
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
    ``form`` is that of correlations in ES|QL: ``plain`` counts in the time searched, ``exact``
    slides a window over it.
    """

    index: Annotated[tuple[_INDEX, ...], msgspec.Meta(min_length=1)] = ("logs-okta*",)
    targets: Literal["group", "flattened"] = "group"
    attack: Literal[18, 19] = 19
    interval: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 5
    lateness: Annotated[int, msgspec.Meta(ge=1, le=1440)] = 15
    form: Literal["plain", "exact"] = "plain"


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


class PackSettings(_Struct, frozen=True):
    """Whose rules these are, for everything that is built of them.

    ``id`` is the Splunk app's and names files, ``name`` is its label and begins the names of saved
    searches. ``extends = "packaged"`` adds the rules to those that came with the package.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.()-]{0,29}[A-Za-z0-9)]$")]
    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    author: Annotated[str, msgspec.Meta(min_length=1)]
    licence: str = ""
    extends: Literal["packaged"] | None = None


class Settings(_Struct, frozen=True):
    """All settings; ``lists`` fill the placeholders of rules, ``rules`` change single rules.

    Written as keys of ``[rules]`` among their tables, ``profile`` leaves out the rules beyond it,
    and ``packs`` adds rules that are read on demand only.
    """

    pack: PackSettings | None = None
    elastic: ElasticSettings = ElasticSettings()
    splunk: SplunkSettings = SplunkSettings()
    lists: dict[str, tuple[str, ...]] = {}
    rules: dict[str, RuleSettings] = {}
    profile: Literal["core", "extended"] | None = msgspec.field(default=None, name=_PROFILE)
    packs: tuple[Literal["debugdata", "neighbours"], ...] = msgspec.field(
        default=(), name=PACKS_KEY
    )


def load_settings(files: Iterable[Path]) -> Settings:
    """The settings of these files, later ones over earlier ones, key by key.

    Raises :class:`InputError` for a file that cannot be read, :class:`SettingsError` for one with
    a mistake.
    """
    merged: dict[str, Any] = {}
    for path in files:
        read = read_settings(path)
        if read.problems:
            first = read.problems[0]
            raise SettingsError(first.message, span=first.span, hint=first.hint)
        merged = _merged(merged, read.raw)
    return msgspec.convert(merged, Settings)


class SettingsFile(msgspec.Struct, frozen=True):
    """A settings file as it was read: its tables, and everything wrong with them."""

    path: Path
    text: str
    raw: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def pack(self) -> PackSettings | None:
        """Whose rules these are, where the file says it without a mistake."""
        try:
            return msgspec.convert(self.raw.get("pack"), PackSettings | None)
        except msgspec.ValidationError:
            return None

    def places(self) -> Places:
        """Where its keys and values stand."""
        return places(self.text, str(self.path))


def read_settings(path: Path) -> SettingsFile:
    """A settings file with its mistakes. Raises :class:`InputError` for one that is not there."""
    name = str(path)
    try:
        data = file_reads.content(path)
    except OSError as error:
        raise InputError(
            f"cannot read the settings: {error.strerror}", span=Span.whole(name)
        ) from error
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return SettingsFile(path, "", {}, (Problem(Span(name), NOT_TOML, "not UTF-8 text"),))
    try:
        raw = _lifted(tables(text))
    except (ValueError, RecursionError) as error:
        return SettingsFile(path, text, {}, (_not_toml(error, name),))
    try:
        msgspec.convert(raw, Settings)
    except msgspec.ValidationError:
        from okta_access.rules.settings.mistakes import mistakes

        found = tuple(mistakes(raw, Settings, _with_profile(places(text, name))))
        return SettingsFile(path, text, raw, found)
    return SettingsFile(path, text, raw, ())


def settings_files(rule_files: Iterable[str], user: Path | None) -> tuple[Path, ...]:
    """``defaults.toml`` of each ``rules`` folder that was read, then the user's file.

    ``user`` None takes ``okta-access.toml`` of the current folder, where there is one.
    """
    found, own = default_files(rule_files), user_file(user)
    return (*found, own) if own is not None else found


def default_files(rule_files: Iterable[str]) -> tuple[Path, ...]:
    """``defaults.toml`` of each ``rules`` folder that was read: what rules ship with."""
    roots: dict[Path, None] = {}
    for folder in dict.fromkeys(Path(file).parent for file in rule_files):
        parents = [p for p in (folder, *folder.parents) if p.name == "rules"]
        roots.update(dict.fromkeys(parents[:1]))
    files = (root / "defaults.toml" for root in roots)
    return tuple(file for file in files if file_reads.is_file(file))


def shipped_lists(rule_files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The lists that rules ship with; none of a file with a mistake, which lint tells of."""
    found: dict[str, tuple[str, ...]] = {}
    for path in default_files(rule_files):
        read = read_settings(path)
        if not read.problems:
            found |= msgspec.convert(read.raw, Settings).lists
    return found


def user_file(user: Path | None) -> Path | None:
    """The file that was named, else ``okta-access.toml`` of the current folder, if it is there."""
    if user is not None:
        return user
    return SETTINGS_FILE if file_reads.is_file(SETTINGS_FILE) else None


def extends_packaged(user: Path | None) -> bool:
    """Whether the pack of the user's file extends the packaged rules; False for a mistaken one."""
    file = user_file(user)
    try:
        pack = None if file is None else read_settings(file).pack
    except InputError:
        return False
    return pack is not None and pack.extends is not None


def settings_schema() -> dict[str, Any]:
    """The JSON Schema of a settings file, for editors."""
    schema = msgspec.json.schema(Settings)
    properties = schema["$defs"][Settings.__name__]["properties"]
    properties["rules"] = {
        **properties["rules"],
        "properties": {
            "profile": properties.pop(_PROFILE),
            "packs": properties.pop(PACKS_KEY),
        },
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _not_toml(error: Exception, file: str) -> Problem:
    import re

    place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line, column = map(int, place.groups()) if place else (1, 1)
    span = Span(file, line, column, line, column)
    reason = str(error).split(" (at ", maxsplit=1)[0]
    return Problem(span, NOT_TOML, f"not TOML: {reason}")


def _lifted(raw: dict[str, Any]) -> dict[str, Any]:
    """What stands among the tables of rules and is none, on a place of its own."""
    rules = raw.get("rules")
    if not isinstance(rules, dict):
        return raw
    keys = {key.removeprefix(OF_RULES): key for key in (_PROFILE, PACKS_KEY)}
    found = {name for name in keys if name in rules and not isinstance(rules[name], dict)}
    rest = {name: value for name, value in rules.items() if name not in found}
    return {**raw, "rules": rest, **{keys[name]: rules[name] for name in found}}


def _with_profile(known: Places) -> Places:
    """The places with those of the profile, lifted as it is."""
    written, lifted = ("rules", "profile"), (_PROFILE,)
    if written not in known.keys:
        return known
    keys = {**known.keys, lifted: known.keys[written]}
    values = {**known.values, lifted: known.values[written]}
    return Places(known.file, keys, values)


def _merged(low: Mapping[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(low)
    for key, value in high.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value)
        else:
            result[key] = value
    return result
