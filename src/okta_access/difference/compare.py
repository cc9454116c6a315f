"""Two versions of rules, put side by side: from what each room says of both, one difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff

import msgspec

from okta_access.backtest.compare import Compared, Comparison, Pair, pairs
from okta_access.compile.model import Translation
from okta_access.difference.model import Alerts, Kind, RuleChange, Side, TextChange
from okta_access.rules.collection import RuleSet
from okta_access.rules.lock.file import Locked
from okta_access.rules.model import EventRule, Metadata, Rule

_NO_WORDS = frozenset({"name", "id", "file", "version", "level"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version: the rules as they are written, those off, their meanings, the compiled texts."""

    rules: RuleSet
    off: frozenset[str]
    meanings: Mapping[str, Locked]
    texts: Sequence[Translation]

    def side(self, rule: Rule | None) -> Side | None:
        """A rule in this version."""
        if rule is None:
            return None
        return Side(rule.name, rule.meta.version, rule.meta.level, rule.name in self.off)


def changed_rules(
    before: Version, after: Version, comparison: Comparison
) -> tuple[RuleChange, ...]:
    """The rules that differ in anything, by kind and name."""
    ran = {_key(one.change.pair): one for one in comparison.rules}
    texts = tuple(_by_rule(one.texts) for one in (before, after))
    found = []
    for pair in pairs(before.rules, after.rules):
        alerts = _alerts(ran.get(_key(pair)))
        texts_of_both = _texts(pair, *texts)
        kind = _kind(pair, before.meanings, after.meanings)
        words = _words(pair, same_meaning=kind is None)
        old, new = before.side(pair.before), after.side(pair.after)
        if kind is None and (words or _differ(old, new)):
            kind = Kind.WORDS
        switched = old is not None and new is not None and old.off is not new.off
        if kind is None and (texts_of_both or alerts or switched):
            kind = Kind.EFFECT
        if kind is not None:
            found.append(RuleChange(kind, old, new, words, alerts, texts_of_both))
    order = [*Kind]
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.name)))


def _key(pair: Pair) -> tuple[str, bool]:
    """What tells pairs apart: a rule that is gone can have the name of one that is there."""
    return pair.name, pair.after is None


def _kind(pair: Pair, before: Mapping[str, Locked], after: Mapping[str, Locked]) -> Kind | None:
    if pair.before is None or pair.after is None:
        return Kind.RETIRED if pair.after is None else Kind.ADDED
    old, new = before.get(pair.before.meta.id), after.get(pair.after.meta.id)
    same = (old and old.meaning) == (new and new.meaning)
    return None if same else Kind.MEANING


def _differ(old: Side | None, new: Side | None) -> bool:
    """Whether what a rule is called, or how high it is, differs; on or off is no word of it."""
    return old is not None and new is not None and replace(old, off=new.off) != new


def _words(pair: Pair, *, same_meaning: bool) -> tuple[str, ...]:
    """The parts of a rule that differ and have no part in its meaning.

    Of one meaning, a detection written in another way is one of them.
    """
    before, after = pair.before, pair.after
    if before is None or after is None:
        return ()
    names = [one for one in Metadata.__struct_fields__ if one not in _NO_WORDS]
    found = [one for one in names if getattr(before.meta, one) != getattr(after.meta, one)]
    if not same_meaning:
        return tuple(found)
    if isinstance(before, EventRule) and isinstance(after, EventRule):
        written = [(one.condition, one.selections) for one in (before, after)]
        found += ["detection"] if written[0] != written[1] else []
    elif msgspec.structs.replace(before, meta=after.meta) != after:
        found.append("correlation")
    return tuple(found)


def _alerts(ran: Compared | None) -> Alerts | None:
    """What a comparison says of a rule, where anything differs."""
    if ran is None:
        return None
    change = ran.change
    found = Alerts(
        ran.before.total if ran.before else None,
        ran.after.total if ran.after else None,
        change.new.count,
        change.lost.count,
        change.moved.count,
    )
    one_sided = (found.before is None) is not (found.after is None)
    return found if found.differ or one_sided else None


Texts = Mapping[str, Mapping[str, Translation]]


def _by_rule(texts: Iterable[Translation]) -> Texts:
    found: dict[str, dict[str, Translation]] = {}
    for one in texts:
        found.setdefault(one.rule, {})[one.target] = one
    return found


def _texts(pair: Pair, before: Texts, after: Texts) -> tuple[TextChange, ...]:
    old = before.get(pair.before.name, {}) if pair.before else {}
    new = after.get(pair.after.name, {}) if pair.after else {}
    found = (_text(target, old.get(target), new.get(target)) for target in {**old, **new})
    return tuple(one for one in found if one is not None)


def _text(target: str, old: Translation | None, new: Translation | None) -> TextChange | None:
    was, now = _lines(old), _lines(new)
    verdicts = [one.verdict.value if one else None for one in (old, new)]
    if was == now and verdicts[0] == verdicts[1]:
        return None
    lines = list(unified_diff(was, now, lineterm="", n=3))[2:]  # without the two names
    return TextChange(target, verdicts[0], verdicts[1], tuple(lines))


def _lines(one: Translation | None) -> list[str]:
    """The text; of a refusal the reason."""
    if one is None:
        return []
    return one.text.splitlines() if one.text is not None else [f"refused: {one.note}"]
