"""What rules mean, locked: ``rules.lock`` beside their folder, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from okta_access.api.rulebook import AnyPath, packaged_rules
from okta_access.catalog.load import load_catalog
from okta_access.compile.native import FirstSeen, native_rules
from okta_access.content import PACKS
from okta_access.errors import InputError, NothingToRead, Problem, RuleError, Span
from okta_access.rules.collection import RuleSet
from okta_access.rules.extending import read_beside
from okta_access.rules.lock.compare import Changed, Fault, changes, fault_of, relocked
from okta_access.rules.lock.file import EMPTY, UNREADABLE, Lock, Locked, lock_beside, read_lock
from okta_access.rules.lock.meaning import Lists, Meanings, digest, locked
from okta_access.rules.model import Metadata
from okta_access.rules.settings.files import extends_packaged, shipped_lists
from okta_access.rules.settings.packs import with_packs


@dataclass(frozen=True, slots=True)
class Unlockable:
    """A rule that may not be locked as it is: why, and its line in the lock."""

    meta: Metadata
    fault: Fault
    before: Locked

    def __str__(self) -> str:
        match self.fault:
            case Fault.REUSED:
                return f"its id was that of {self.before.name}, which was retired"
            case Fault.LOWERED:
                return f"version {self.meta.version} is below {self.before.version}"
            case Fault.UNRAISED:
                version = self.before.version
                return f"the meaning changed: raise `version` from {version} to {version + 1}"


@dataclass(frozen=True, slots=True)
class Locking:
    """Rules against the lock in ``path``: as it is, as it would be, and who is in the way."""

    path: Path
    before: Lock
    after: Lock
    unlockable: tuple[Unlockable, ...]

    @property
    def changes(self) -> tuple[Changed, ...]:
        """What differs, rule by rule."""
        return changes(self.before, self.after)

    @property
    def stale(self) -> bool:
        """Whether the file is not what would be written."""
        try:
            return self.path.read_text("utf-8") != str(self.after)
        except FileNotFoundError:
            return True

    def write(self) -> None:
        """Write the lock. Raises OSError, and :class:`RuleError` where a rule is in the way."""
        if self.unlockable:
            problems = tuple(
                Problem(Span.whole(one.meta.file), one.fault.value, str(one))
                for one in self.unlockable
            )
            raise RuleError("rules cannot be locked as they are", problems)
        self.path.write_text(str(self.after), "utf-8")


def lock_rules(folder: AnyPath, *, settings: AnyPath | None = None) -> Locking:
    """The rules of a folder named ``rules`` against ``rules.lock`` beside it.

    Packaged rules that a pack extends are no part of its lock; what own rules refer to counts by
    its meaning. The folders that are read on demand only (``debugdata``, ``neighbours``) are part
    of the lock of the rules that they lie in.

    Raises:
        NothingToRead: no rule file was found.
        RuleError: a rule is broken, so that nobody knows what it means, or has no line of its own.
        InputError: the folder has another name, or the lock cannot be read.
    """
    root = Path(folder)
    path = lock_beside([str(root / "rule.yml")])
    if path is None or path.parent / "rules" != root:
        raise InputError(f"{root} is not named `rules`", hint="the lock lies beside that folder")
    rules, lists = _read(root, None if settings is None else Path(settings))
    before = read_lock(path) or EMPTY
    if before.problems:
        raise InputError(before.problems[0].message, span=before.problems[0].span)
    lines = [*_lines(rules, lists)]
    if problems := tuple(_without_line(lines)):
        raise RuleError("rules have no line in a lock", problems)
    now = {one.id: (meta, one) for meta, one in lines}
    found = ((meta, fault_of(one, before.rules.get(one.id))) for meta, one in now.values())
    unlockable = tuple(
        Unlockable(meta, fault, before.rules[meta.id]) for meta, fault in found if fault
    )
    return Locking(path, before, relocked(before, (one for _, one in now.values())), unlockable)


def meanings_of(rules: RuleSet) -> dict[str, Locked]:
    """Each of these rules by id, as it would be locked."""
    return {one.id: one for _, one in _lines(rules, shipped_lists(rules.files))}


def _read(root: Path, settings: Path | None) -> tuple[RuleSet, Lists]:
    packs = [folder for name in PACKS if (folder := root / name).is_dir()]
    catalogs = [file for folder in packs for file in sorted(folder.glob("*.catalog"))]
    inputs = with_packs([root, *packs], catalogs, (), settings, whole=False)
    base = packaged_rules() if extends_packaged(settings) else None
    rules = read_beside(inputs.paths, load_catalog(inputs.catalogs), base)
    if not rules.files:
        raise NothingToRead(map(str, rules.missing))
    if rules.problems:
        raise RuleError("a broken rule has no meaning that could be locked", rules.problems)
    return rules, shipped_lists(rules.files)


def _without_line(lines: Iterable[tuple[Metadata, Locked]]) -> Iterable[Problem]:
    """Rules that a lock could not hold, or not apart."""
    seen: dict[str, str] = {}
    for meta, one in lines:
        span = Span.whole(meta.file)
        if not one.readable:
            message = f"the lock cannot hold the name {one.name!r} with the id {one.id!r}"
            yield Problem(span, UNREADABLE, message)
        if one.id in seen:
            yield Problem(span, "OA114", f"{one.name} has the id of {seen[one.id]}")
        seen.setdefault(one.id, one.name)


def _lines(rules: RuleSet, lists: Lists) -> Iterable[tuple[Metadata, Locked]]:
    meanings = Meanings(rules, lists)
    for rule in rules.all_rules:
        yield rule.meta, locked(rule, meanings)
    own = {rule.name for rule in rules.rules}
    for native, base in native_rules(rules):
        if base.name in own:
            yield native.meta, _native(native, meanings.of(base))


def _native(rule: FirstSeen, base: str) -> Locked:
    meaning = digest("first-seen", base, str(rule.history.seconds), *rule.fields)
    return Locked(rule.name, rule.meta.version, meaning, rule.meta.id)
