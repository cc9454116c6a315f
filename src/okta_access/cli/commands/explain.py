"""``okta-access explain``: why a rule matches an event, or not; why a scan raised an alert."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from okta_access.api.explaining import Explanation, events_of, explained
from okta_access.api.rulebook import RuleBook
from okta_access.catalog.load import load_catalog
from okta_access.catalog.template import Event
from okta_access.cli import options
from okta_access.cli.session import read_rules
from okta_access.cli.terminal import Terminal
from okta_access.compile.native import FirstSeen, native_rules
from okta_access.errors import InputError, RuleError, Span
from okta_access.logs.envelopes import Envelope
from okta_access.logs.find import Wanted, events_at, first_event
from okta_access.logs.inputs import STDIN
from okta_access.logs.place import Place
from okta_access.logs.reading import Reading
from okta_access.matching.events.type_check import wrong_types
from okta_access.matching.explained import Explainer
from okta_access.rules.model import EventRule, Rule
from okta_access.rules.reading.file_reads import SUFFIXES
from okta_access.rules.settings.packs import with_packs
from okta_access.rules.settings.tuning import closest
from okta_access.rules.words import STEPS, counted


@click.command(
    "explain", short_help="Say why a rule matches an event, or what to do about its alert."
)
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
@options.packs
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
    packs: tuple[str, ...],
    settings_file: Path | None,
) -> int:
    """Say why RULE matches EVENT or not, part by part, with the values seen.

    RULE is a rule's name or file. EVENT is FILE:LINE, a line of a log on which an event begins, or
    - for an event on stdin.

    Without EVENT: what to do about an alert of RULE, its runbook.

    With --alert neither is given: the alert names its rule and its events. Of a correlation's
    alert, the group, the window and what each event matched are told.

    \b
    okta-access explain okta_access_sequence_delete
    okta-access explain okta_access_sequence_delete export.jsonl:12
    okta-access scan export.jsonl --format jsonl | head -1 | okta-access explain --alert -
    """
    catalog = load_catalog(
        with_packs((), catalog_files, packs, settings_file, whole=False).catalogs
    )
    if alert_file is None and (rule is None or log is not None):
        raise click.UsageError(
            "expected RULE, or --alert FILE; an EVENT goes with RULE, --log with --alert"
        )
    if alert_file is not None and (rule is not None or uuid is not None):
        raise click.UsageError("--alert names rule and events itself")
    reading = Reading(Envelope(envelope), catalog)
    if alert_file is not None:
        span = Span.whole(alert_file)
        name, wanted = events_of(_read_alert(alert_file), log, span)
        events = [event_ for event_, _ in events_at(wanted, reading)]
    else:
        assert rule is not None
        name, wanted = rule, []
        events = [_named_event(event, uuid, reading, terminal)] if event is not None else []
    by_file = alert_file is None and (Path(name).suffix in SUFFIXES or Path(name).is_file())
    rules = read_rules(
        terminal, (Path(name),) if by_file else paths, catalog_files, settings_file, packs=packs
    )
    explainer = Explainer(partial(terminal.style, stderr=False))
    for native, _ in native_rules(rules.loaded):
        if name in (native.name, native.meta.id):
            terminal.result("\n".join(_native_lines(explainer, native, asked=bool(events))))
            return 0
    chosen = _chosen(None if by_file else name, rules, terminal)
    for found in events:
        for wrong in wrong_types(found, catalog):
            terminal.warning(f"{wrong.field}: expected {wrong.expected}, found {wrong.found}")
    places = [each.place for each in wanted]
    for number, one in enumerate(chosen):
        lines = (
            _lines(explainer, explained(rules, one, events), places)
            if events
            else (*explainer.title(one.name, one.meta), *explainer.runbook(one.meta))
        )
        terminal.result(("\n" if number else "") + "\n".join(lines))
    return 1 if by_file and rules.problems else 0


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


def _chosen(name: str | None, rules: RuleBook, terminal: Terminal) -> list[Rule]:
    """The rule of this name, or all of a file's, as the settings make them."""
    loaded = rules.loaded.all_rules
    wanted = [one for one in loaded if name is None or name in (one.name, one.meta.id)]
    problems = [p for p in rules.problems if name is None or Path(p.span.file).stem == name]
    for problem in problems:
        terminal.error(str(problem))
    if not wanted:
        if problems:
            raise RuleError("the rule cannot be used: its file has problems", tuple(problems))
        close = closest(name or "", rules.loaded)
        raise InputError(
            f"no rule is named `{name}`" if name else "the file holds no rule",
            hint=f"did you mean {close}?" if close and name else None,
        )
    usable = [rules.usable(one) for one in wanted]
    for one in usable:
        reason = rules.why_off(one)
        if reason is not None:
            terminal.note(f"off: {one.name}: {reason}; explained all the same")
    return usable


def _native_lines(explainer: Explainer, rule: FirstSeen, *, asked: bool) -> Iterator[str]:
    """What there is to say of a native rule; raises :class:`InputError` where an event is given."""
    if asked:
        raise InputError(
            f"`{rule.name}` is native to the SIEMs, and not judged here",
            hint=f"which events it looks at says {rule.base}",
        )
    yield from explainer.title(rule.name, rule.meta)
    yield "native: no Sigma rule says it, so nothing here judges it; a SIEM does"
    yield f"  of events that match {rule.base}:"
    yield f"  {' with '.join(rule.fields)} that none had in the {rule.history.text} before"
    yield "  queries: okta-access compile --target kibana (new_terms), splunk or splunk-app"
    yield from explainer.runbook(rule.meta)


def _lines(explainer: Explainer, found: Explanation, places: Sequence[Place]) -> Iterator[str]:
    """The answer on an event, or with ``places`` on the events of an alert."""
    rule = found.rule
    yield from explainer.title(rule.name, rule.meta)
    if places:
        yield from explainer.runbook(rule.meta)
    if isinstance(rule, EventRule):
        assert found.verdict is not None
        yield from explainer.event_rule(rule, found.verdict)
        return
    if not places:
        yield from explainer.correlation(rule, found.parts[0])
        return
    yield from explainer.firing(rule, found.fired)
    group = dict(found.fired[-1].group) if found.fired else {}
    in_steps = found.fired and counted(rule) == STEPS
    members = zip(places, found.events, found.parts, strict=True)
    for number, (place, event, part) in enumerate(members, 1):
        step = f"step {number} of {len(places)}: " if in_steps else ""
        yield from explainer.member(str(place), event, part, group, step)
