"""``okta-access explain``: why a rule matches an event, or not; why a scan raised an alert."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.cli import options
from okta_access.cli.explained import Explainer
from okta_access.cli.session import read_rules
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, RuleError, Span
from okta_access.logs.envelopes import Envelope
from okta_access.logs.find import Wanted, events_at, first_event
from okta_access.logs.inputs import STDIN
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.matching.correlations.event_store import find_alerts
from okta_access.matching.correlations.explain import explain_correlation
from okta_access.matching.events.evaluate import explain
from okta_access.matching.events.type_check import wrong_types
from okta_access.rules.collection import RuleSet
from okta_access.rules.model import EventRule, Rule
from okta_access.rules.reading.file_reads import SUFFIXES
from okta_access.rules.settings.files import load_settings, settings_files
from okta_access.rules.settings.tuning import closest, tune


@click.command("explain")
@click.argument("rule", required=False)
@click.argument("event", required=False)
@click.option(
    "--alert",
    "alert_file",
    metavar="FILE",
    help="Explain an alert instead: the first line of what scan --format jsonl wrote, or -.",
)
@click.option(
    "--log", metavar="FILE", help="With --alert: where the log is now, if not where it was."
)
@click.option("--uuid", metavar="UUID", help="Which event, where several begin on the line.")
@options.rules
@options.envelope
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    rule: str | None,
    event: str | None,
    alert_file: str | None,
    log: str | None,
    uuid: str | None,
    paths: tuple[Path, ...],
    envelope: str,
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Say why RULE matches EVENT or not, part by part, with the values seen.

    RULE is a rule's name or file. EVENT is FILE:LINE, a line of a log on which an event begins, or
    - for an event on stdin.

    With --alert neither is given: the alert names its rule and its events. Of a correlation's
    alert, the group, the window and what each event matched are told.

    \b
    okta-access explain okta_access_sequence_delete export.jsonl:12
    okta-access scan export.jsonl --format jsonl | head -1 | okta-access explain --alert -
    """
    catalog = load_catalog(catalog_files)
    if alert_file is None and (rule is None or event is None or log is not None):
        raise click.UsageError("expected RULE and EVENT, or --alert FILE (and perhaps --log FILE)")
    if alert_file is not None and (rule is not None or uuid is not None):
        raise click.UsageError("--alert names rule and events itself")
    reading = Reading(Envelope(envelope), catalog)
    if alert_file is not None:
        name, wanted = _alert(alert_file, log)
        events = [event_ for event_, _ in events_at(wanted, reading)]
    else:
        assert rule is not None
        assert event is not None
        name, wanted = rule, []
        events = [_named_event(event, uuid, reading, terminal)]
    by_file = alert_file is None and (Path(name).suffix in SUFFIXES or Path(name).is_file())
    loaded = read_rules(terminal, (Path(name),) if by_file else paths, catalog)
    chosen, rules = _chosen(None if by_file else name, loaded, settings_file, catalog, terminal)
    for found in events:
        for wrong in wrong_types(found, catalog):
            terminal.warning(f"{wrong.field}: expected {wrong.expected}, found {wrong.found}")
    explainer = Explainer(terminal)
    places = [each.place for each in wanted]
    for number, one in enumerate(chosen):
        lines = _lines(explainer, one, rules, events, places, catalog)
        terminal.result(("\n" if number else "") + "\n".join(lines))
    return 1 if by_file and loaded.problems else 0


def _named_event(spec: str, uuid: str | None, reading: Reading, terminal: Terminal) -> Event:
    """The event at ``FILE:LINE``, or the first on stdin (``-``); raises :class:`InputError`."""
    if spec == STDIN:
        return first_event(STDIN, reading)
    name, _, number = spec.rpartition(":")
    if not (name and number.isascii() and number.isdigit()):
        raise InputError(f"the event `{spec}` is not FILE:LINE, and not -", hint="try log.jsonl:1")
    ((event, there),) = events_at([Wanted(Place(name, int(number)), uuid)], reading)
    if there > 1 and uuid is None:
        terminal.note(f"{there} events begin on this line; the first is explained, or give --uuid")
    return event


def _alert(file: str, log: str | None) -> tuple[str, list[Wanted]]:
    """The rule's id and the events of an alert; raises :class:`InputError` for what is none."""
    alert = _read_alert(file)
    try:
        sources = [(str(one["file"]), int(one["line"])) for one in alert["source"]]
        rule, uuids, types = str(alert["id"]), alert["events"], alert["event_types"]
        rows = [*zip(sources, uuids, types, strict=True)]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            "is no alert of scan --format jsonl",
            span=Span.whole(file),
            hint="give one of its lines",
        ) from error
    names = {name for name, _ in sources}
    if log is not None and len(names) > 1:
        raise InputError(f"the events are from {len(names)} logs, for which --log cannot stand")
    if log is None and STDIN in names:
        raise InputError(
            "the events were read from stdin, which is gone", hint="name the log with --log FILE"
        )
    return rule, [
        Wanted(Place(log or name, line), None if uuid is None else str(uuid), str(type_))
        for (name, line), uuid, type_ in rows
    ]


def _read_alert(file: str) -> Any:
    try:
        if file == STDIN:
            text = sys.stdin.readline() if sys.stdin is not None else ""
        else:
            with Path(file).open(encoding="utf-8") as lines:
                text = lines.readline()
        return json.loads(text)
    except OSError as error:
        raise InputError(error.strerror or str(error), span=Span.whole(file)) from error
    except (ValueError, RecursionError) as error:
        said = "there is no alert" if isinstance(error, ValueError) else "nested too deep"
        raise InputError(said, span=Span.whole(file)) from error


def _chosen(
    name: str | None,
    loaded: RuleSet,
    settings_file: Path | None,
    catalog: Catalog,
    terminal: Terminal,
) -> tuple[list[Rule], RuleSet]:
    """The rules to explain (all of a file's where no name is given), as tuned; and all rules."""
    tuned = tune(loaded, load_settings(settings_files(loaded.files, settings_file)), catalog)
    wanted = [one for one in loaded.all_rules if name is None or name in (one.name, one.meta.id)]
    problems = [p for p in loaded.problems if name is None or Path(p.span.file).stem == name]
    for problem in problems:
        terminal.error(str(problem))
    if not wanted:
        if problems:
            raise RuleError("the rule cannot be used: its file has problems", tuple(problems))
        close = closest(name or "", loaded)
        raise InputError(
            f"no rule is named `{name}`" if name else "the file holds no rule",
            hint=f"did you mean {close}?" if close and name else None,
        )
    reasons = {off.rule: off.reason for off in tuned.off}
    usable = {one.name: one for one in tuned.shipped.all_rules}
    for one in wanted:
        if one.name not in usable:
            raise InputError(f"{one.name} cannot be judged: {reasons[one.name]}")
        if one.name in reasons:
            terminal.note(f"off: {one.name}: {reasons[one.name]}; explained all the same")
    return [usable[one.name] for one in wanted], tuned.shipped


def _lines(
    explainer: Explainer,
    rule: Rule,
    rules: RuleSet,
    events: Sequence[Event],
    places: Sequence[Place],
    catalog: Catalog,
) -> Iterator[str]:
    """The answer on an event, or with ``places`` on the events of an alert."""
    yield from explainer.title(rule)
    if isinstance(rule, EventRule):
        yield from explainer.event_rule(rule, explain(rule.expr, events[0], catalog))
        return
    bases = rules.referenced(rule)
    parts = [explain_correlation(rule, bases, event, catalog) for event in events]
    if not places:
        yield from explainer.correlation(rule, parts[0])
        return
    fired = find_alerts(rule, bases, events, catalog)
    yield from explainer.firing(rule, fired)
    group = dict(fired[-1].group) if fired else {}
    for place, event, part in zip(places, events, parts, strict=True):
        yield from explainer.member(place, event, part, group)
