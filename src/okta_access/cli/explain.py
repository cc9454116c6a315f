"""``okta-access explain``: why a rule matches an event, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from okta_access.catalog.load import load_catalog
from okta_access.catalog.model import Catalog
from okta_access.catalog.template import Event
from okta_access.cli import options
from okta_access.cli.session import read_rules
from okta_access.cli.terminal import Terminal
from okta_access.errors import InputError, RuleError, Span
from okta_access.matching.evaluate import Verdict, explain
from okta_access.matching.explain import Part, explain_correlation
from okta_access.matching.shape import wrong_types
from okta_access.matching.times import time_text
from okta_access.rules.collection import SUFFIXES, RuleSet
from okta_access.rules.model import (
    Absent,
    Address,
    And,
    Atom,
    Cidr,
    Correlation,
    EventRule,
    Expr,
    IsTrue,
    Not,
    Or,
    Pattern,
    Placeholder,
    Present,
    RefMode,
    Regex,
    Rule,
    SameAs,
    Selection,
    Test,
    Wildcard,
)
from okta_access.rules.settings import load_settings, settings_files
from okta_access.rules.tuning import closest, tune
from okta_access.scan.decode import NoEvent, decode
from okta_access.scan.inputs import BROKEN_STREAM, STDIN, open_log
from okta_access.scan.records import Record, records

_LONGEST_SHOWN = 300
_JOINTS: dict[type[Expr], str] = {And: "all of", Or: "any of", Not: "not"}
_RELATIONS = {
    RefMode.EQUALS: "equals",
    RefMode.CONTAINS: "contains",
    RefMode.STARTS_WITH: "starts with",
    RefMode.ENDS_WITH: "ends with",
}


@click.command("explain")
@click.argument("rule")
@click.argument("event")
@click.option(
    "--rules",
    "paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Where to look for a rule given by name; default: ./rules, else the packaged rules.",
)
@options.catalog
@options.settings
@click.pass_obj
def command(
    terminal: Terminal,
    *,
    rule: str,
    event: str,
    paths: tuple[Path, ...],
    catalog_files: tuple[Path, ...],
    settings_file: Path | None,
) -> int:
    """Say why RULE matches EVENT or not, part by part, with the values seen.

    RULE is a rule's name or file. EVENT is FILE:LINE, a line of a log on which an event begins, or
    - for an event on stdin.
    """
    catalog = load_catalog(catalog_files)
    by_file = Path(rule).suffix in SUFFIXES or Path(rule).is_file()
    loaded = read_rules(terminal, (Path(rule),) if by_file else paths, catalog)
    chosen, rules = _chosen(None if by_file else rule, loaded, settings_file, catalog, terminal)
    found = read_event(event)
    for wrong in wrong_types(found, catalog):
        terminal.warning(f"{wrong.field}: expected {wrong.expected}, found {wrong.found}")
    for number, one in enumerate(chosen):
        lines = _lines(one, rules, found, catalog, terminal)
        terminal.result(("\n" if number else "") + "\n".join(lines))
    return 1 if by_file and loaded.problems else 0


def read_event(spec: str) -> Event:
    """The event at ``FILE:LINE``, or the first on stdin (``-``); raises :class:`InputError`."""
    name, _, number = (STDIN, "", "") if spec == STDIN else spec.rpartition(":")
    if spec != STDIN and not (name and number.isascii() and number.isdigit()):
        raise InputError(f"the event `{spec}` is not FILE:LINE, and not -", hint="try log.jsonl:1")
    wanted = int(number) if number else None
    with open_log(name) as stream:
        record, last = _record(records(stream), wanted, name)
    if record is None:
        nearest = f"the nearest before it begins on line {last}" if last else None
        where = "there is no event" if wanted is None else f"no event begins on line {wanted}"
        raise InputError(where, span=Span.whole(name), hint=nearest)
    event = decode(record.data)
    if isinstance(event, NoEvent):
        raise InputError(f"no event: {event.reason}", span=Span(name, record.line))
    return event


def _record(found: Iterator[Record], wanted: int | None, name: str) -> tuple[Record | None, int]:
    """The record that begins on the wanted line (or the first), and the last line one began on."""
    last = 0
    try:
        for record in found:
            if wanted is None or record.line == wanted:
                return record, record.line
            if record.line > wanted:
                break
            last = record.line
    except BROKEN_STREAM as error:
        raise InputError(f"cannot be read on: {error}", span=Span.whole(name)) from error
    return None, last


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
    rule: Rule, rules: RuleSet, event: Event, catalog: Catalog, terminal: Terminal
) -> Iterator[str]:
    writer = _Writer(terminal)
    yield from writer.title(rule)
    if isinstance(rule, EventRule):
        yield from writer.event_rule(rule, explain(rule.expr, event, catalog))
    else:
        bases = rules.referenced(rule)
        yield from writer.correlation(rule, explain_correlation(rule, bases, event, catalog))


class _Writer:
    """Verdicts as lines of text: the answer, the question, and what was seen."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def title(self, rule: Rule) -> Iterator[str]:
        yield f"{rule.name}  {printable(rule.meta.title)}"
        yield rule.meta.file

    def event_rule(self, rule: EventRule, verdict: Verdict, indent: str = "") -> Iterator[str]:
        yield f"{indent}{self._answer('matches' if verdict.holds else 'does not match')}"
        yield f"{indent}  condition: {printable(' '.join(rule.condition.split()))}"
        yield from self._verdict(verdict, rule.selections, indent + "  ")

    def correlation(self, rule: Correlation, part: Part) -> Iterator[str]:
        missing = part.missing
        if missing is None:
            yield self._answer("counts") + f" towards {_aim(rule)}"
        else:
            yield self._answer("does not count") + f": {missing}"
        for path, found in part.keys:
            yield f"  group key {path}: {seen(found)}"
        if part.counted is not None:
            yield f"  counted {part.counted[0]}: {seen(part.counted[1])}"
        yield f"  time: {time_text(part.time) if part.time is not None else 'cannot be read'}"
        for base, verdict in part.bases:
            yield f"  {base.name}"
            yield from self.event_rule(base, verdict, "    ")

    def _verdict(
        self,
        verdict: Verdict,
        selections: tuple[Selection, ...],
        indent: str,
        known: str | None = None,
    ) -> Iterator[str]:
        """A part and all below it. The field ``known`` was shown above with what it holds."""
        name = next((one.name for one in selections if one.expr == verdict.expr), None)
        mark = self._mark(holds=verdict.holds)
        start = f"{indent}{mark}  {name + ': ' if name else ''}"
        if isinstance(verdict.expr, Atom):
            place = f"({verdict.expr.span.line}:{verdict.expr.span.column})"
            held = "" if verdict.expr.field == known else f"; {_held(verdict)}"
            yield f"{start}{verdict.expr.field} {asked(verdict.expr.test)}  {place}{held}"
            return
        field = _one_field(verdict)
        held = f"; {_held(verdict.parts[0])}" if field else ""
        yield f"{start}{_JOINTS[type(verdict.expr)]}{held}"
        for part in verdict.parts:
            yield from self._verdict(part, selections, indent + "  ", field)

    def _answer(self, text: str) -> str:
        negative = text.startswith("does not")
        return self.terminal.style(text, "red" if negative else "green", stderr=False)

    def _mark(self, *, holds: bool) -> str:
        word, color = ("yes", "green") if holds else ("no ", "red")  # of one width
        return self.terminal.style(word, color, stderr=False)


def _one_field(verdict: Verdict) -> str | None:
    """The field of all parts, where these are several plain questions to one field."""
    exprs = [part.expr for part in verdict.parts]
    plain = [e.field for e in exprs if isinstance(e, Atom) and not isinstance(e.test, SameAs)]
    alike = len(plain) == len(exprs) > 1 and len({*plain}) == 1
    return plain[0] if alike else None


def _held(verdict: Verdict) -> str:
    """What the fields of an atom hold."""
    atom = verdict.expr
    assert isinstance(atom, Atom)
    held = f"{atom.field} holds {seen(verdict.texts)}"
    if isinstance(atom.test, SameAs):
        held += f"; {atom.test.other} holds {seen(verdict.other_texts)}"
    return held


def _aim(rule: Correlation) -> str:
    what = f"at least {rule.threshold}"
    if rule.value_field is not None:
        what += f" different {rule.value_field}"
    elif rule.type.startswith("temporal"):
        order = " in this order" if rule.type.endswith("ordered") else ""
        what = f"all {rule.threshold} rules{order}"
    else:
        what += " events"
    return f"{what} within {rule.timespan.text}"


def asked(test: Test) -> str:
    """What an atom asks of its field, in words."""
    match test:
        case Pattern(parts, cased):
            text = "".join(p.value if isinstance(p, Wildcard) else _escaped(p) for p in parts)
            return f"is {quoted(text)}{' (case counts)' if cased else ''}"
        case Regex(pattern):
            flags = [(test.ignore_case, "i"), (test.multiline, "m"), (test.dot_all, "s")]
            return f"matches /{printable(pattern)}/{''.join(flag for on, flag in flags if on)}"
        case Address(address):
            return f"is the address {address}"
        case Cidr(network):
            return f"is in {network}"
        case IsTrue(value):
            return "is true" if value else "is false"
        case Absent():
            return "is not there"
        case Present():
            return "is there"
        case SameAs(other, mode):
            return f"{_RELATIONS[mode]} {other}"
        case Placeholder(name):
            return f"is in the list %{name}%"


def seen(texts: tuple[str, ...]) -> str:
    """The texts a field holds, quoted, or the word nothing."""
    return ", ".join(map(quoted, texts)) or "nothing"


def quoted(text: str) -> str:
    """A text in quotes, as it can be printed, cut where it is very long."""
    shown = printable(text[:_LONGEST_SHOWN])
    more = f"… ({len(text)} characters)" if len(text) > _LONGEST_SHOWN else ""
    return f'"{shown}"{more}'


def printable(text: str) -> str:
    """The text with control and other unprintable characters shown, never sent to a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")
