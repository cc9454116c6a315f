"""Events of a correlation's rules, in the groups asked for: what its histories are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from okta_access.catalog.model import Catalog, FieldType
from okta_access.catalog.paths import texts
from okta_access.catalog.template import Event
from okta_access.errors import Span
from okta_access.generate.choices import Choices
from okta_access.generate.event_makers import LOGIC_BYTES, FormulaMaker, pinned, shared_by
from okta_access.rules.model import Absent, Atom, Correlation, EventRule, IsTrue
from okta_access.rules.solver.logic import Formula, Literal, every, formula_of, negated
from okta_access.rules.solver.satisfy import Undecided, Unsatisfiable, field_of

Key = Mapping[str, str]
_MOST_KEYS = 60
_NOWHERE = Span("")


class GroupEvents:
    """The events that the histories of one correlation are made of.

    ``keys`` are groups; each but the first differs from it in a single field. ``values`` are
    texts of the counted field, all different. Raises
    :class:`~okta_access.rules.solver.satisfy.Unsatisfiable` where the rules share no group.
    """

    def __init__(
        self, correlation: Correlation, rules: Sequence[EventRule], catalog: Catalog
    ) -> None:
        self.correlation = correlation
        self.catalog = catalog
        self.shared = shared_by(catalog)
        self.exprs = [formula_of(rule.expr) for rule in rules]
        self.paths = {path for paths in correlation.keys for path in paths}
        self._makers: dict[Formula, FormulaMaker | None] = {}
        self.keys = self._find_keys()
        self.values = self._find_values()

    def maker(
        self, formula: Formula, pins: Iterable[tuple[str, str]] = (), absent: str | None = None
    ) -> FormulaMaker | None:
        """A maker of events on which the formula holds and the pinned fields hold just that.

        Of a field pinned twice (in an array) the event holds both texts. Nothing where there are
        no such events.
        """
        wanted: dict[str, set[str]] = {}
        for path, text in pins:
            wanted.setdefault(path, set()).add(text)
        literals = [self._pin(path, text) for path in wanted for text in sorted(wanted[path])]
        if absent is not None:
            literals.append(Literal(Atom(absent, Absent(), _NOWHERE, _NOWHERE), True))
        whole = every(*literals, formula)
        if whole not in self._makers:
            self._makers[whole] = self._checked(whole, wanted)
        return self._makers[whole]

    def pins(self, key: Key, number: int) -> list[tuple[str, str]]:
        """What an event of one rule must hold, and where, to be in a group."""
        names, paths = self.correlation.group_by, self.correlation.keys[number]
        return [(path, key[name]) for name, path in zip(names, paths, strict=True) if name in key]

    def alone(self, number: int, others: Iterable[int]) -> Formula:
        """That one rule matches and those others do not."""
        return every(self.exprs[number], *(negated(self.exprs[n]) for n in others if n != number))

    def _checked(self, formula: Formula, wanted: dict[str, set[str]]) -> FormulaMaker | None:
        """The maker, unless its events hold further texts: those would count in further groups."""
        try:
            made = FormulaMaker(formula, self.catalog)
            event = plain_event(made, Choices(b""))
        except (Unsatisfiable, Undecided):
            return None
        exact = all({*texts(event, path, self.catalog)} == held for path, held in wanted.items())
        return made if exact else None

    def _find_keys(self) -> tuple[Key, ...]:
        key: dict[str, str] = {}
        spare: dict[str, str] = {}
        for place, name in enumerate(self.correlation.group_by):
            paths = [keys[place] for keys in self.correlation.keys]
            found = list(self._shared_texts(name, paths, key))
            if not found:
                reason = f"the rules have no value of `{name}` in common to group by"
                raise Unsatisfiable((tuple(self._conflict({*paths})),), reason)
            key[name] = found[0]
            spare.update({name: found[1]} if len(found) > 1 else {})
        return (key, *({**key, name: text} for name, text in spare.items()))

    def _shared_texts(self, name: str, paths: Sequence[str], key: Key) -> Iterator[str]:
        """Texts of a group key with which each rule can match: two, or as many as there are.

        ``paths`` is where the key stands in the events of each rule.
        """
        count = 0
        for text in islice(self._candidates(paths), _MOST_KEYS):
            whole = {**key, name: text}
            if all(
                self.maker(expr, self.pins(whole, number)) is not None
                for number, expr in enumerate(self.exprs)
            ):
                yield text
                count += 1
            if count == 2:
                return

    def _find_values(self) -> tuple[str, ...]:
        field = self.correlation.value_field
        found: list[str] = []
        if field is None:
            return ()
        for text in self._candidates([field] * len(self.exprs)):
            if all(
                self.maker(expr, [*self.pins(self.keys[0], number), (field, text)]) is not None
                for number, expr in enumerate(self.exprs)
            ):
                found.append(text)
            if len(found) > self.correlation.threshold + 2:
                break
        return tuple(found)

    def _candidates(self, paths: Sequence[str]) -> Iterator[str]:
        """Texts that a field can have under the rules, then others; it has a path in each rule."""
        seen: dict[str, None] = {}
        fields = [field_of(self.catalog, path) for path in dict.fromkeys(paths)]
        for expr, path in zip(self.exprs, paths, strict=True):
            field = field_of(self.catalog, path)
            cube = next(self.shared.theory.ways(expr), ())
            demand = self.shared.theory.demand(cube, path)
            if demand is not None and demand.present is not False:
                required = demand.required[:1] if field.member else demand.required
                seen.update(
                    dict.fromkeys(self.shared.pools.pool(field, required, demand.forbidden))
                )
        pools = (text for field in fields for text in self.shared.pools.pool(field))
        yield from dict.fromkeys((*seen, *pools))
        most = 2 * self.correlation.threshold + 20
        types = {field.type for field in fields}
        if FieldType.IP in types:
            yield from (f"198.51.100.{n}" for n in range(1, most))
        elif FieldType.BOOLEAN not in types:
            yield from (f"x-{n}" for n in range(1, most))

    def _conflict(self, paths: set[str]) -> Iterator[Literal]:
        for expr in self.exprs:
            cube = next(self.shared.theory.ways(expr), ())
            yield from (literal for literal in cube if literal.atom.field in paths)

    def _pin(self, path: str, text: str) -> Literal:
        if field_of(self.catalog, path).type is FieldType.BOOLEAN:
            return Literal(Atom(path, IsTrue(text == "true"), _NOWHERE, _NOWHERE), True)
        return pinned(path, text)


def plain_event(maker: FormulaMaker, choices: Choices) -> Event:
    """An event of plain values, so that its group is the one that was asked for and no other."""
    return maker.make(Choices(bytes(choices.number(1) for _ in range(LOGIC_BYTES))))
